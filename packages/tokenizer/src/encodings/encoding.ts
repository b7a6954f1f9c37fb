import type { ScannerName } from "../definition.js";

/** A vocabulary that this package carries: the default export of its subpath, to be given to `Tokenizer.load`. */
export interface Encoding {
  readonly name: string;
  readonly scanner: ScannerName;
  /** Control tokens and their ids. */
  readonly specialTokens: Readonly<Record<string, number>>;
  /** Its merges, packed by scripts/buildEncodings.mjs: gzip, as base64. */
  readonly data: string;
}
