import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * The place of a file that the repository does not carry, or undefined where it is not to be had: then the test is
 * skipped. LANEWISE_DATA names the folder, with `data/` and `golden/` inside. For `*.node.test.ts` only:
 *
 *     const path = outsideData("golden/torch.json");
 *     it.skipIf(!path)(`agrees with PyTorch${path ? "" : wantsOutsideData}`, () => { … readFileSync(path!) … });
 */
export function outsideData(path: string): string | undefined {
  const folder = process.env.LANEWISE_DATA;
  if (!folder) return undefined;
  const file = join(folder, path);
  return existsSync(file) ? file : undefined;
}

/** What a skipped test says of itself. */
export const wantsOutsideData = " (skipped: wants LANEWISE_DATA)";
