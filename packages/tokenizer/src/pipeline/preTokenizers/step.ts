import type { ScannerName } from "../../definition.js";
import type { TextNormalizer } from "../normalizers/normalizer.js";

/** Calls `emit` with the parts of a text that are kept, from left to right: [begin, end) in UTF-16 code units. */
export type Cut = (text: string, emit: (begin: number, end: number) => void) => void;

/** What a pre-tokenizer does to each piece: cuts it, rewrites it, or has a compiled scanner cut it. */
export type Step =
  | { readonly type: "cut"; readonly cut: Cut }
  | {
      readonly type: "rewrite";
      readonly normalizer: TextNormalizer;
      /** Only where the piece begins the text. */
      readonly onlyFirst: boolean;
    }
  | { readonly type: "scanner"; readonly scanner: ScannerName };
