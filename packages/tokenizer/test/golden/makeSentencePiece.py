"""Trains small SentencePiece models and writes sentencePiece.json: the models, and what SentencePiece makes of some texts.

    python3 makeSentencePiece.py > sentencePiece.json        (sentencepiece 0.1.97)

Each model: name, options, model (base64), texts, and for each text its ids, the pieces' begins and ends in characters, and the
decoded ids.
"""

import base64
import io
import json
import sys
import tempfile

import sentencepiece

CORPUS = """the quick brown fox jumps over the lazy dog
pack my box with five dozen liquor jugs
how vexingly quick daft zebras jump
the five boxing wizards jump quickly
she sells sea shells by the sea shore
the shells she sells are surely sea shells
peter piper picked a peck of pickled peppers
a peck of pickled peppers peter piper picked
tokens are tokens and bytes are bytes; models merge them
Füchse springen über faule Hunde, größer und größer
le cœur déçu mais l'âme plutôt naïve
быстрая лиса прыгает через ленивую собаку
1 22 333 4444 55555 (666) [777] {888}
x = y + z; print(x, y, z)"""

# Rules of replacement as NFKC has them, some that remove, and one of several characters.
RULES = {
    "\ufb01": "fi",
    "\u2460": "1",
    "e\u0301": "\u00e9",
    "\u00e9": "\u00e9",
    "\u3000": " ",
    "\u00a0": " ",
    "\t": " ",
    "\n": " ",
    "\u200b": "",
    "\u0007": "",
    "\ufffd": " ",
    "\ufdfa": "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647",
    "\u00a8": " \u0308",
    "A": "a",
    "AB": "ab!",
    "ABCD": "abcd?",
    "\U0001f1e9\U0001f1ea": "DE",
}

TEXTS = [
    "", " ", "  ", "   ", "a", " a", "a ", "  a  b   c  ", "the quick brown fox", "The shells  she sells\tare\nsea-shells.",
    "tokens<sep>tokens", "tokens <sep> tokens", "<sep>", " <sep><sep> ", "a <sep>b", "unknown \u4e2d\u6587 runs \U0001f999\U0001f999!",
    "\u4e2d", "\u4e2d\u4e2d \u4e2d", "\ufb01ve \u2460 caf\u00e9 cafe\u0301", "\u3000x\u00a0y\u200bz", "\u200b", "\u200b ", " \u0007 a",
    "a\u0007 \u0007b", "\ufdfa\u00a8 \u00a8", "A AB ABC ABCD ABCDE", "\U0001f1e9\U0001f1ea\U0001f1e9", "\u2581", "a\u2581", "\u2581a \u2581",
    "a \u2581 \u2581b", "<s></s><unk>", "<0x41>", "\u0000", "a\u0000b", "333 4444 22", "x=y+z", "\u1e9b\u0323", "\ufffd", "keep AB AB",
]

COMMON = dict(vocab_size=150, hard_vocab_limit=False, num_threads=1, user_defined_symbols=["<sep>", "keep AB"])
MODELS = {
    "unigram": dict(model_type="unigram"),
    "unigram with bytes": dict(model_type="unigram", byte_fallback=True, vocab_size=400),
    "unigram, spaces behind": dict(model_type="unigram", treat_whitespace_as_suffix=True, split_by_whitespace=True),
    "unigram across spaces": dict(model_type="unigram", split_by_whitespace=False, remove_extra_whitespaces=False),
    "bpe with bytes": dict(
        model_type="bpe", byte_fallback=True, vocab_size=420, remove_extra_whitespaces=False, user_defined_symbols=[], rules={}
    ),
    "bpe": dict(model_type="bpe", user_defined_symbols=[]),
    "bpe with symbols": dict(model_type="bpe"),
}


def train(options):
    options = {**COMMON, **options}
    rules = options.pop("rules", RULES)
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
        for source, target in rules.items():
            file.write(" ".join(f"{ord(c):X}" for c in source) + "\t" + " ".join(f"{ord(c):X}" for c in target) + "\n")
        file.flush()
        how = {"normalization_rule_tsv": file.name} if rules else {"normalization_rule_name": "identity"}
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(CORPUS.split("\n") * 3), model_writer=model, minloglevel=2, **how, **options
        )
        return model.getvalue()


def row(processor, text):
    pieces = processor.encode(text, out_type="immutable_proto").pieces
    ids = [piece.id for piece in pieces]
    return {
        "text": text,
        "ids": ids,
        "offsets": [x for piece in pieces for x in (piece.begin, piece.end)],
        "decoded": processor.decode(ids),
    }


result = []
for name, options in MODELS.items():
    model = train(options)
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    result.append(
        {"name": name, "model": base64.b64encode(model).decode(), "rows": [row(processor, text) for text in TEXTS]}
    )
json.dump(result, sys.stdout, ensure_ascii=True, separators=(",", ":"))
