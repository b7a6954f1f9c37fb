/** Parts of tokenizer.json files, each tried by itself, over a model that tells characters apart and one that does not. */
const normalizers: Readonly<Record<string, object>> = {
  nfc: { type: "NFC" },
  nfd: { type: "NFD" },
  nfkc: { type: "NFKC" },
  nfkd: { type: "NFKD" },
  lowercase: { type: "Lowercase" },
  stripAccents: {
    type: "Sequence",
    normalizers: [{ type: "NFD" }, { type: "StripAccents" }],
  },
  nmt: { type: "Nmt" },
  strip: { type: "Strip", strip_left: true, strip_right: true },
  stripRight: { type: "Strip", strip_left: false, strip_right: true },
  prepend: { type: "Prepend", prepend: "▁" },
  replaceString: { type: "Replace", pattern: { String: "e" }, content: "xy" },
  replaceRegex: { type: "Replace", pattern: { Regex: "\\s+|[a-c]{2,}" }, content: "_" },
  llama: {
    type: "Sequence",
    normalizers: [
      { type: "Prepend", prepend: "▁" },
      { type: "Replace", pattern: { String: " " }, content: "▁" },
    ],
  },
  bertUncased: {
    type: "BertNormalizer",
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  bertCased: {
    type: "BertNormalizer",
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: false,
  },
  bertAccents: {
    type: "BertNormalizer",
    clean_text: false,
    handle_chinese_chars: false,
    strip_accents: true,
    lowercase: false,
  },
};

const gpt4 =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

const preTokenizers: Readonly<Record<string, object>> = {
  bert: { type: "BertPreTokenizer" },
  whitespace: { type: "Whitespace" },
  whitespaceSplit: { type: "WhitespaceSplit" },
  digits: { type: "Digits", individual_digits: false },
  individualDigits: { type: "Digits", individual_digits: true },
  delimiter: { type: "CharDelimiterSplit", delimiter: "e" },
  ...Object.fromEntries(
    ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"].flatMap((behavior) => [
      [`punctuation${behavior}`, { type: "Punctuation", behavior }],
      [`split${behavior}`, { type: "Split", pattern: { String: " " }, behavior, invert: false }],
      [
        `regex${behavior}`,
        { type: "Split", pattern: { Regex: "(?i:[aeiou])+|\\d|\\s" }, behavior, invert: false },
      ],
      [`inverted${behavior}`, { type: "Split", pattern: { Regex: "\\w++" }, behavior, invert: true }],
    ]),
  ),
  lookahead: { type: "Split", pattern: { Regex: "(?=[A-Z])" }, behavior: "Isolated", invert: false },
  gpt4: { type: "Split", pattern: { Regex: gpt4 }, behavior: "Isolated", invert: false },
  gpt4Like: {
    type: "Split",
    pattern: { Regex: gpt4.replace("{1,3}", "{1,2}") },
    behavior: "Isolated",
    invert: false,
  },
  possessive: {
    type: "Split",
    pattern: { Regex: "'(?i:[sdmt]|ll|ve|re)| ?\\p{L}++| ?\\p{N}++| ?[^\\s\\p{L}\\p{N}]++|\\s++" },
    behavior: "Isolated",
    invert: false,
  },
  metaspaceAlways: { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
  metaspaceFirst: { type: "Metaspace", replacement: "▁", prepend_scheme: "first", split: true },
  metaspaceNever: { type: "Metaspace", replacement: "▁", prepend_scheme: "never", split: false },
  spacesThenMetaspace: {
    type: "Sequence",
    pretokenizers: [
      { type: "WhitespaceSplit" },
      { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
    ],
  },
  digitsThenPunctuation: {
    type: "Sequence",
    pretokenizers: [
      { type: "Digits", individual_digits: true },
      { type: "Punctuation", behavior: "Contiguous" },
    ],
  },
};

const addedTokens: readonly object[] = [
  added(0, "[UNK]", { special: true }),
  added(1, "[MASK]", { special: true, lstrip: true }),
  added(2, "<s>", { special: true, rstrip: true }),
  added(3, "the", { single_word: true }),
  added(4, "##ing", { normalized: true }),
  added(5, "[CLS]", { single_word: true }),
];

function added(id: number, content: string, options: object): object {
  return {
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: false,
    ...options,
  };
}

const characters = [
  ..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,!?()'[]<>/#|_-▁\n\t\u0301\u0323\u0302\u3099éßσΣå中文русский",
];

/** Every character that it knows is a token; neighbours that it does not know are one. */
function characterModel(): object {
  const vocab: Record<string, number> = {};
  for (const token of ["[UNK]", "[MASK]", "<s>", "the", "##ing", "[CLS]", ...characters]) {
    vocab[token] ??= Object.keys(vocab).length;
  }
  return { type: "BPE", unk_token: "[UNK]", fuse_unk: false, byte_fallback: false, vocab, merges: [] };
}

/** Each piece is one unknown token: so offsets are those of the pieces. */
const wordModel = {
  type: "WordPiece",
  unk_token: "[UNK]",
  continuing_subword_prefix: "##",
  max_input_chars_per_word: 100,
  vocab: { "[UNK]": 0, "[MASK]": 1, "<s>": 2, the: 3, "##ing": 4, "[CLS]": 5 },
};

function tokenizerJson(parts: object): string {
  return JSON.stringify({
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: addedTokens,
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    model: characterModel(),
    ...parts,
  });
}

const spaceMark = { type: "Replace", pattern: { String: "▁" }, content: " " };
const decoders: Readonly<Record<string, object>> = {
  fuse: { type: "Fuse" },
  wordPiece: { type: "WordPiece", prefix: "##", cleanup: true },
  wordPieceRaw: { type: "WordPiece", prefix: "##", cleanup: false },
  metaspace: { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
  metaspaceNever: { type: "Metaspace", replacement: "e", prepend_scheme: "never", split: true },
  replaceEach: { type: "Replace", pattern: { Regex: "[aeiou]" }, content: "*" },
  llama: {
    type: "Sequence",
    decoders: [
      spaceMark,
      { type: "ByteFallback" },
      { type: "Fuse" },
      { type: "Strip", content: " ", start: 1, stop: 0 },
    ],
  },
  stripEnds: {
    type: "Sequence",
    decoders: [{ type: "Fuse" }, { type: "Strip", content: " ", start: 2, stop: 0 }],
  },
  stripEach: { type: "Strip", content: "e", start: 1, stop: 0 },
  bpe: { type: "BPEDecoder", suffix: "e" },
  ctc: { type: "CTC", pad_token: "e", word_delimiter_token: " ", cleanup: true },
};

/** Whole files, by what is tried. */
export const allCases: Readonly<Record<string, string>> = Object.fromEntries([
  ...Object.entries(normalizers).map(([name, normalizer]) => [
    `normalizer ${name}`,
    tokenizerJson({ normalizer, decoder: { type: "Fuse" } }),
  ]),
  ...Object.entries(preTokenizers).map(([name, pre_tokenizer]) => [
    `pre-tokenizer ${name}`,
    tokenizerJson({ pre_tokenizer, model: wordModel, decoder: { type: "Fuse" } }),
  ]),
  ...Object.entries(decoders).map(([name, decoder]) => [`decoder ${name}`, tokenizerJson({ decoder })]),
]) as Record<string, string>;
