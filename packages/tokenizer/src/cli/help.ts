/** What the command line can do. */
export type CommandName = "count" | "encode" | "decode" | "train";

export function generalHelp(): string {
  return `Tokenizers for language models: count, encode, decode, train.

Usage: tokenizer <command> [options] [file …]

  count    how many tokens texts have
  encode   texts to ids
  decode   ids to text
  train    a tokenizer from texts

Texts are UTF-8, from files or from standard input.
\`tokenizer <command> --help\` has the options of each; \`tokenizer --version\` the version.

Example: npx @lanewise/tokenizer count README.md
`;
}

export function commandHelp(command: CommandName): string {
  return helps[command];
}

const source = `  --encoding <name>     gpt2, r50k_base, p50k_base, p50k_edit, cl100k_base, o200k_base (default), o200k_harmony
  --tokenizer <file>    tokenizer.json, SentencePiece's .model, .tiktoken, vocab.txt, or llama2.c's tokenizer.bin
  --scanner <name>      how a .tiktoken file cuts text: r50k, cl100k (default), o200k, qwen2`;

const special = `  --special <policy>    control tokens in the text: disallow (default: an error), text, allow
  --text <text>         this text, before the files`;

const helps: Readonly<Record<CommandName, string>> = {
  count: `Counts tokens.

Usage: tokenizer count [options] [file …]

${source}
${special}
  --json                {"tokenizer", "tokens", "files": [{"file", "tokens"}]}

Prints a count and a name for each file, and the total of several; the count alone for standard input. The encodings that
come along, and files of tiktoken's format, take any amount of text in constant memory; others read a file as a whole.

Example: cat *.md | npx @lanewise/tokenizer count --encoding cl100k_base
`,
  encode: `Writes the ids of texts.

Usage: tokenizer encode [options] [file …]

${source}
${special}
  --json                each file's ids as an array

Prints a line of ids for each file.

Example: npx @lanewise/tokenizer encode --text "Small models, full speed."
`,
  decode: `Writes the text that ids stand for.

Usage: tokenizer decode [options] [file …]

${source}
  --skip-special        leaves control tokens out
  --json                each file's text as a JSON string

Ids are whole numbers between spaces, newlines, commas or brackets: what \`encode\` prints, with or without --json. The text is
written as it is, with no newline behind it.

Example: echo 15339 1917 | npx @lanewise/tokenizer decode --encoding cl100k_base
`,
  train: `Trains a tokenizer.

Usage: tokenizer train --vocab-size <tokens> --output <file> [options] [file …]

  --vocab-size <n>      tokens in all, special ones among them
  -o, --output <file>   written when all is done, or not at all
  --format <name>       json, model, tiktoken, vocab, bin; otherwise by the name: .json, .model, .tiktoken, .txt, .bin
  --type <name>         bpe (default): on bytes, as GPT's; to .json or .tiktoken
                        sentencepiece-bpe: as LLaMA's; to .json, .model or .bin
                        wordpiece: as BERT's; to .json or .txt
                        unigram: as SentencePiece's; to .json or .model
  --special-token <t>   a control token; may be given again
  --scanner <name>      bpe: r50k, cl100k (default), o200k, qwen2, none
  --minimum-frequency <n>   all but unigram: pairs that are met less often do not merge (2)
  --character-coverage <s>  sentencepiece-bpe, unigram: share of the text that its characters make up (0.9995)
  --byte-fallback       sentencepiece-bpe, unigram: bytes for characters that are no token
  --json                {"output", "type", "format", "tokens", "seconds"}

A terminal shows how far it is. Interrupted, it writes nothing.

Example: npx @lanewise/tokenizer train --type unigram --vocab-size 8000 --output my.model corpus.txt
`,
};
