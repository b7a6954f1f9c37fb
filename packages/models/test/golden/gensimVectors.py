"""Writes gensimVectors.json: files of word vectors as gensim and word2vec.c write them, and what gensim answers about them.

    /usr/bin/python3 gensimVectors.py > gensimVectors.json        (gensim 4.2.0, numpy 1.24.2)

Files are base64. "c" files are written here in the manner of word2vec.c: a space after each number and a line feed after each line, or
in binary after each vector. The 3CosMul scores are numpy's, with the paper's 0.001 where gensim has 0.000001.
"""

import base64
import io
import json
import os
import sys
import tempfile

import gensim
import numpy as np
from gensim.models import KeyedVectors

DIM = 7
WORDS = ["</s>", "the", "The", "king", "queen", "man", "woman", "king's", "naïve", "日本語", "\U0001f600", "a\u00a0b", "\ufeff", "x\u0301"]
WORDS += [f"w{i}" for i in range(26)]

rng = np.random.RandomState(5)
matrix = rng.normal(size=(len(WORDS), DIM)).astype(np.float32)
# Relations that hold nearly, numbers with exponents, and the ends of float32.
matrix[4] = matrix[3] - matrix[5] + matrix[6] + 0.01
matrix[30] = [1e-5, -2.5e-7, 3e-20, 1.17549435e-38, 1e-45, -0.0, 123456.789]
matrix[31] = [1e9, -1.6777216e7, 0.1, 1 / 3, 5, 10, 1e-3]

vectors = KeyedVectors(DIM)
vectors.add_vectors(WORDS, matrix)


def saved(**options):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "vectors")
        vectors.save_word2vec_format(path, **options)
        with open(path, "rb") as file:
            return base64.b64encode(file.read()).decode()


def c_text():
    lines = [f"{len(WORDS)} {DIM}\n"]
    for word, row in zip(WORDS, matrix):
        lines.append(word + " " + "".join("%f " % x for x in row) + "\n")
    return base64.b64encode("".join(lines).encode()).decode()


def c_binary():
    out = io.BytesIO()
    out.write(b"%d %d\n" % (len(WORDS), DIM))
    for word, row in zip(WORDS, matrix):
        out.write(word.encode() + b" " + row.tobytes() + b"\n")
    return base64.b64encode(out.getvalue()).decode()


QUESTIONS = """: family
man king woman queen
king man queen woman
MAN king woman Queen
man king woman missing
: gram1-noise
w0 w1 w2 w3
w4 w5 w6 w7
w8 w9 w10 w11
w12 w13 w14 w15
: empty
"""

PAIRS = [("king", "queen", 8.5), ("man", "woman", 8.3), ("the", "naïve", 1.25), ("w1", "w2", 4.0), ("w3", "w4", 4.0), ("w5", "w6", 7.0), ("KING", "Man", 6.5), ("w7", "missing", 3.0)]


def score(section):
    return {"correct": len(section["correct"]), "asked": len(section["correct"]) + len(section["incorrect"])}


def analogies(case_insensitive, restrict):
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(QUESTIONS)
        file.flush()
        _, sections = vectors.evaluate_word_analogies(file.name, restrict_vocab=restrict, case_insensitive=case_insensitive)
    return {section["section"]: score(section) for section in sections}


def pairs(case_insensitive):
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
        file.write("".join(f"{a}\t{b}\t{x}\n" for a, b, x in PAIRS))
        file.flush()
        pearson, spearman, oov = vectors.evaluate_word_pairs(file.name, case_insensitive=case_insensitive)
    return {"pearson": float(pearson[0]), "spearman": float(spearman[0]), "missing": float(oov)}


def cos_mul(positive, negative, k):
    unit = matrix.astype(np.float64)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    moved = lambda word: (1 + unit @ unit[WORDS.index(word)]) / 2
    scores = np.prod([moved(w) for w in positive], axis=0) / (np.prod([moved(w) for w in negative], axis=0) + 0.001)
    order = [i for i in np.argsort(-scores) if WORDS[i] not in positive + negative][:k]
    return [[WORDS[i], float(scores[i])] for i in order]


def listed(answers):
    return [[word, float(x)] for word, x in answers]


queries = [(["king", "woman"], ["man"]), (["w1", "w2", "w3"], ["w4"]), (["w5"], ["w6"])]
out = {
    "gensim": gensim.__version__,
    "words": WORDS,
    "dim": DIM,
    "matrix": base64.b64encode(matrix.tobytes()).decode(),
    "files": {
        "text": saved(binary=False),
        "binary": saved(binary=True),
        "glove": saved(binary=False, write_header=False),
        "cText": c_text(),
        "cBinary": c_binary(),
    },
    "nearest": {word: listed(vectors.most_similar(word, topn=5)) for word in ["king", "日本語", "w20"]},
    "analogies": [{"positive": p, "negative": n, "cosAdd": listed(vectors.most_similar(p, n, topn=5)), "cosMul": cos_mul(p, n, 5)} for p, n in queries],
    "doesntMatch": [[words, vectors.doesnt_match(words)] for words in (["king", "queen", "man", "w3"], ["w1", "w2", "w3", "w4", "w5"])],
    "similarity": [[a, b, float(vectors.similarity(a, b))] for a, b in (("king", "queen"), ("w1", "\ufeff"), ("w16", "w17"))],
    "questions": QUESTIONS,
    "evaluated": [{"caseFolding": c, "restrict": r, "sections": analogies(c, r)} for c in (True, False) for r in (len(WORDS), 20)],
    "pairs": PAIRS,
    "pairsEvaluated": [{"caseFolding": c, **pairs(c)} for c in (True, False)],
}
json.dump(out, sys.stdout, ensure_ascii=True, indent=1)
print()
