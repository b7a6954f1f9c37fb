import type { ScannerName } from "../definition.js";

/** The numbers that assembly/lib/scan.ts knows the scanners by. */
export const scannerNumbers: Readonly<Record<ScannerName, number>> = {
  r50k: 0,
  cl100k: 1,
  o200k: 2,
  qwen2: 3,
};
