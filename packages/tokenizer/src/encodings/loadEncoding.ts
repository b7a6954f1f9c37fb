import { RangeError } from "@lanewise/core-wasm/errors";
import type { Encoding } from "./encoding.js";
import type { EncodingName } from "./models.js";

export { encodingForModel, type EncodingName } from "./models.js";

const imports: Readonly<Record<EncodingName, () => Promise<{ default: Encoding }>>> = {
  gpt2: () => import("./gpt2.js"),
  r50k_base: () => import("./r50k_base.js"),
  p50k_base: () => import("./p50k_base.js"),
  p50k_edit: () => import("./p50k_edit.js"),
  cl100k_base: () => import("./cl100k_base.js"),
  o200k_base: () => import("./o200k_base.js"),
  o200k_harmony: () => import("./o200k_harmony.js"),
};

/**
 * Imports an encoding by its name, where it is known at run time only. Bundlers make a file of each, and one is fetched.
 *
 * @throws RangeError where there is none of that name
 */
export async function loadEncoding(name: EncodingName): Promise<Encoding> {
  if (!Object.hasOwn(imports, name)) throw new RangeError("name", Object.keys(imports).join(", "), name);
  return (await imports[name]()).default;
}
