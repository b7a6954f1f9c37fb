"""Writes fastTextBuckets.ts: the buckets that gensim 4.2 (which reads fastText's files) gives the n-grams of words.

    python3 fastTextBuckets.py > fastTextBuckets.ts
"""

import json

from gensim.models.fasttext_inner import compute_ngrams_bytes, ft_hash_bytes

words = ["where", "a", "the", "über", "日本語", "😀x", "é", "naïve", "Ωmega", "the_new_york_times", "don't", "ﬁn"]
rows = [
    {
        "word": word,
        "minimumLength": least,
        "maximumLength": most,
        "buckets": buckets,
        "rows": [ft_hash_bytes(gram) % buckets for gram in compute_ngrams_bytes(word, least, most)],
    }
    for word in words
    for least, most, buckets in [(3, 6, 2_000_000), (1, 2, 1000)]
]
print("// Made by fastTextBuckets.py: not to be edited.")
print("export const fastTextBuckets: readonly {")
print("  word: string;\n  minimumLength: number;\n  maximumLength: number;\n  buckets: number;\n  rows: number[];\n}[] = [")
for row in rows:
    print(f"  {json.dumps(row, ensure_ascii=False)},")
print("];")
