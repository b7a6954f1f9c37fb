"""gensim's vectors of the Brown corpus, for comparison with brownVectors.ts, which writes the sentences:

    npm run brownVectors -w benchmarks -- --sentences brown.txt
    LANEWISE_DATA=… python3 brownVectors.py brown.txt [workers]
"""

import os
import sys
import time

import gensim
from gensim.models import FastText, Word2Vec

path = sys.argv[1]
workers = int(sys.argv[2]) if len(sys.argv) > 2 else 1
folder = os.path.join(os.environ["LANEWISE_DATA"], "data", "word2vec")
with open(path, encoding="utf-8") as lines:
    sentences = [line.split() for line in lines]
shared = dict(vector_size=100, window=5, min_count=5, sample=1e-3, epochs=10, seed=1, workers=workers)
print(f"gensim {gensim.__version__}, {workers} worker(s)")


def report(name, make):
    began = time.perf_counter()
    vectors = make().wv
    seconds = time.perf_counter() - began
    score, sections = vectors.evaluate_word_analogies(os.path.join(folder, "questions-words.txt"))
    asked = sum(len(sections[-1][key]) for key in ("correct", "incorrect"))
    pairs = [vectors.evaluate_word_pairs(os.path.join(folder, file))[1][0] for file in ("wordsim353.tsv", "simlex999.txt")]
    print(
        f"{name}: {seconds:.1f} s, analogies {100 * score:.2f} % of {asked}, "
        f"WordSim-353 {pairs[0]:.3f}, SimLex-999 {pairs[1]:.3f}",
        flush=True,
    )


for seed in (1, 2, 3):
    options = {**shared, "seed": seed}
    report(f"skip-gram, 5 negatives, seed {seed}", lambda: Word2Vec(sentences, sg=1, negative=5, **options))
report("skip-gram, hierarchical softmax", lambda: Word2Vec(sentences, sg=1, hs=1, negative=0, **shared))
report("CBOW, 5 negatives, rate 0.05", lambda: Word2Vec(sentences, sg=0, negative=5, alpha=0.05, **shared))
report("CBOW, hierarchical softmax, rate 0.05", lambda: Word2Vec(sentences, sg=0, hs=1, negative=0, alpha=0.05, **shared))
report("skip-gram, 5 negatives, n-grams", lambda: FastText(sentences, sg=1, negative=5, bucket=100_000, **shared))
report("CBOW, 5 negatives, n-grams, rate 0.05", lambda: FastText(sentences, sg=0, negative=5, bucket=100_000, alpha=0.05, **shared))
