/** The formats that tokenizers come in. */
export type FileFormat = "json" | "tiktoken" | "sentencePiece" | "llama2c" | "vocabulary";

/**
 * What a file is, by its beginning. Names do not tell: LLaMA 3's `tokenizer.model` is a file of tiktoken's, LLaMA 2's one of
 * SentencePiece's. Undefined where it is nothing that is known.
 */
export function detectFormat(bytes: Uint8Array): FileFormat | undefined {
  const beginning = bytes.subarray(0, 4096);
  // The first field of a SentencePiece model is a piece (tag 0x0A and a length), and its first is the piece's text.
  if (beginning[0] === 0x0a && beginning[2] === 0x0a) return "sentencePiece";
  // The length of the longest token, as a 32-bit number.
  if (beginning[0] !== 0 && beginning[1] === 0 && beginning[2] === 0 && beginning[3] === 0) return "llama2c";
  const text = new TextDecoder().decode(beginning);
  if (/^\uFEFF?\s*\{/.test(text)) return "json";
  if (/^[A-Za-z0-9+/]+={0,2} \d+\r?\n/.test(text)) return "tiktoken";
  // A token a line, none with a space or a control character; the last line may not be there as a whole.
  const lines = text.replace(/[^\n]*$/, "");
  if (/^(?:[^\p{Cc} \uFFFD]+\r?\n)+$/u.test(lines)) return "vocabulary";
  return undefined;
}
