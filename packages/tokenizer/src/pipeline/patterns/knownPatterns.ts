import type { ScannerName } from "../../definition.js";

/** Regular expressions that compiled scanners do, as files write them, and what each comes to. */
const known = new Map<string, ScannerName>();

function add(scanner: ScannerName, ...patterns: string[]): void {
  for (const pattern of patterns) known.set(pattern, scanner);
}

add(
  "r50k",
  String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,
  String.raw`'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,
  String.raw`'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s`,
);
const behindWords = String.raw` ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
add(
  "cl100k",
  String.raw`${contractions}|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|${behindWords}`,
  String.raw`'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|${behindWords}`,
);
add("qwen2", String.raw`${contractions}|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|${behindWords}`);
const upper = String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`;
const lower = String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`;
add(
  "o200k",
  String.raw`[^\r\n\p{L}\p{N}]?${upper}*${lower}+${contractions}?|[^\r\n\p{L}\p{N}]?${upper}+${lower}*${contractions}?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`,
);

/** The compiled scanner that cuts as a regular expression does, each match a piece and what lies between them too. */
export function knownScanner(regex: string): ScannerName | undefined {
  return known.get(regex);
}

/** The expression that a scanner compiles, for files. */
export function scannerRegex(scanner: ScannerName): string {
  for (const [regex, name] of known) if (name === scanner) return regex;
  throw new Error(`no expression for ${scanner}`);
}
