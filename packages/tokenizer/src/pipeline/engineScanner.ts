import type { ScannerName, TokenizerDefinition } from "../definition.js";
import { compilePreTokenizer } from "./preTokenizers/index.js";

/**
 * The scanner that the engine of a definition needs: the last step of its pre-tokenizer, if that is one.
 *
 * @throws UnsupportedError where the pre-tokenizer is not supported
 */
export function engineScanner({ preTokenizer }: TokenizerDefinition): ScannerName | undefined {
  const last = compilePreTokenizer(preTokenizer).at(-1);
  return last?.type === "scanner" ? last.scanner : undefined;
}
