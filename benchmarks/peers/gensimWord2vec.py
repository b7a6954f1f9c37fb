"""The peer of models/word2vec.bench.ts: word2vec by gensim, one worker, the corpus from a file.

Reads {corpus, path, architecture, objective, dim, window, negatives, subsample, minimumCount, epochs} as JSON from standard input, trains,
writes the vectors to `path` in word2vec's binary format, and prints {"seconds"} of training alone: the vocabulary is there.
"""

import json
import sys
import time

from gensim.models import Word2Vec

options = json.load(sys.stdin)
cbow = options["architecture"] == "cbow"
hierarchical = options["objective"] == "hierarchicalSoftmax"
model = Word2Vec(
    vector_size=options["dim"],
    window=options["window"],
    min_count=options["minimumCount"],
    sample=options["subsample"],
    sg=0 if cbow else 1,
    hs=1 if hierarchical else 0,
    negative=0 if hierarchical else options["negatives"],
    alpha=0.05 if cbow else 0.025,
    min_alpha=(0.05 if cbow else 0.025) * 1e-4,
    workers=1,
    seed=1,
)
model.build_vocab(corpus_file=options["corpus"])
began = time.perf_counter()
model.train(
    corpus_file=options["corpus"],
    total_examples=model.corpus_count,
    total_words=model.corpus_total_words,
    epochs=options["epochs"],
)
seconds = time.perf_counter() - began
model.wv.save_word2vec_format(options["path"], binary=True)
print(json.dumps({"seconds": seconds}))
