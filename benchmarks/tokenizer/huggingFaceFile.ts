// @huggingface/tokenizers takes a tokenizer.json, and there is none of OpenAI's encodings in its package: it is made of
// tiktoken's ranks, as those who use both do.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { home } from "../home.ts";
import { resolvePeer } from "../peers/peer.ts";
import type { EncodingName } from "./contenders.ts";

interface TiktokenFile {
  pat_str: string;
  special_tokens: Record<string, number>;
  bpe_ranks: string;
}

/** Where the file of that encoding lies; made before the first use. */
export function huggingFaceFile(encoding: EncodingName): string {
  return fileURLToPath(new URL(`dist/${encoding}.tokenizer.json`, home));
}

export function makeHuggingFaceFile(encoding: EncodingName): void {
  const path = huggingFaceFile(encoding);
  if (existsSync(path)) return;
  mkdirSync(new URL("dist/", home), { recursive: true });
  const source = readFileSync(resolvePeer(`tiktoken/encoders/${encoding}.json`), "utf8");
  writeFileSync(path, JSON.stringify(definitionOf(JSON.parse(source) as TiktokenFile)));
}

function definitionOf({ pat_str, special_tokens, bpe_ranks }: TiktokenFile): object {
  const ranks = readRanks(bpe_ranks);
  const merges: [string, string][] = [];
  for (const [token, rank] of ranks) {
    if (token.length < 2) continue;
    const parts = partsOf(token, ranks, rank);
    // A token that no merge makes is found as a whole piece, or not at all.
    if (parts.length === 2) merges.push([visible(parts[0]!), visible(parts[1]!)]);
  }
  return {
    version: "1.0",
    added_tokens: Object.entries(special_tokens).map(([content, id]) => ({
      id,
      content,
      special: true,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
    })),
    normalizer: null,
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: pat_str }, behavior: "Isolated", invert: false },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: null,
    decoder: { type: "ByteLevel" },
    model: {
      type: "BPE",
      ignore_merges: true,
      vocab: Object.fromEntries([...ranks].map(([token, rank]) => [visible(token), rank])),
      merges,
    },
  };
}

/** Tokens as strings of a character a byte, in order of their ranks. Each line is `! first token token …` in base64. */
function readRanks(text: string): Map<string, number> {
  const ranks = new Map<string, number>();
  for (const line of text.split("\n").filter(Boolean)) {
    const [, first, ...tokens] = line.split(" ");
    tokens.forEach((token, i) => ranks.set(atob(token), Number(first) + i));
  }
  return new Map([...ranks].sort(([, a], [, b]) => a - b));
}

/** What a token's bytes merge to by the ranks below its own. */
function partsOf(token: string, ranks: ReadonlyMap<string, number>, below: number): string[] {
  const parts = [...token];
  for (;;) {
    let [best, lowest] = [-1, below];
    for (let i = 0; i + 1 < parts.length; i++) {
      const rank = ranks.get(parts[i]! + parts[i + 1]!);
      if (rank !== undefined && rank < lowest) [best, lowest] = [i, rank];
    }
    if (best < 0) return parts;
    parts.splice(best, 2, parts[best]! + parts[best + 1]!);
  }
}

/** GPT-2's alphabet: bytes that are no visible character become one from U+0100 on. */
const alphabet: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const shown = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    return String.fromCharCode(shown ? byte : next++);
  });
})();

function visible(token: string): string {
  let text = "";
  for (let i = 0; i < token.length; i++) text += alphabet[token.charCodeAt(i)]!;
  return text;
}
