import { UnsupportedError } from "@lanewise/core-wasm/errors";
import type { ScannerName, TokenizerDefinition } from "../definition.js";
import { scannerNumbers } from "../engine/scanners.js";
import { compilePreTokenizer } from "./preTokenizers/index.js";

/**
 * The scanner that the engine of a definition needs: the last step of its pre-tokenizer, if that is one.
 *
 * @throws UnsupportedError where the pre-tokenizer, or its scanner, is not supported
 */
export function engineScanner({ preTokenizer }: TokenizerDefinition): ScannerName | undefined {
  const last = compilePreTokenizer(preTokenizer).at(-1);
  if (last?.type !== "scanner") return undefined;
  if (!Object.hasOwn(scannerNumbers, last.scanner)) {
    throw new UnsupportedError("preTokenizer.scanner", Object.keys(scannerNumbers).join(", "), last.scanner);
  }
  return last.scanner;
}
