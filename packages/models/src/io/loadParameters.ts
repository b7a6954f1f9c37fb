import { FormatError, ShapeError } from "@lanewise/core-wasm";
import { formatShape, type Parameter } from "../tensor/tensor.js";
import { quote } from "./headerJson.js";
import type { SafetensorsFile } from "./readSafetensors.js";
import type { SafeTensor } from "./safeTensor.js";

/** What a file and a model did not share. */
export interface LoadResult {
  /** Parameters that the file has no tensor for; they keep their values. */
  readonly missing: readonly string[];
  /** Tensors that the model has no parameter for. */
  readonly unexpected: readonly string[];
}

/**
 * Writes the tensors of a file into the parameters of the same names. Elements of any type are taken, and converted
 * to float32 as `SafeTensor.toFloat32` does. Everything is checked first: when it throws, no parameter has changed.
 *
 * ```ts
 * loadParameters(model.parameters(), readSafetensors(bytes));
 * ```
 *
 * @param file a file, or its tensors (a checkpoint's `weights`)
 * @param options.strict whether names that only one side has are an error. Default: true
 * @throws FormatError with the names that only one side has; ShapeError with all tensors of another shape (even if not
 * strict); DisposedError for a parameter that is gone
 */
export function loadParameters(
  parameters: ReadonlyMap<string, Parameter>,
  file: SafetensorsFile | ReadonlyMap<string, SafeTensor>,
  { strict = true }: { strict?: boolean | undefined } = {},
): LoadResult {
  const tensors = "tensors" in file ? file.tensors : file;
  const missing = Array.from(parameters.keys()).filter((name) => !tensors.has(name));
  const unexpected = Array.from(tensors.keys()).filter((name) => !parameters.has(name));
  if (strict && (missing.length > 0 || unexpected.length > 0)) {
    const wanted: string[] = [];
    if (missing.length > 0) wanted.push(`${list(missing.map(quote))} among them`);
    if (unexpected.length > 0) wanted.push(`no ${list(unexpected.map(quote))}`);
    const came = `${missing.length} missing, ${unexpected.length} unexpected`;
    throw new FormatError("tensors", wanted.join(" and "), came);
  }
  const pairs: { tensor: SafeTensor; view: Float32Array }[] = [];
  const misfits: string[] = [];
  for (const [name, parameter] of parameters) {
    const tensor = tensors.get(name);
    if (!tensor) continue;
    const [wanted, came] = [formatShape(parameter.shape), formatShape(tensor.shape)];
    if (wanted === came) pairs.push({ tensor, view: parameter.array.view });
    else misfits.push(`${quote(name)} of ${wanted}, not ${came}`);
  }
  if (misfits.length > 0)
    throw new ShapeError("tensors", list(misfits), `${misfits.length} of another shape`);
  for (const { tensor, view } of pairs) tensor.toFloat32Into(view);
  return { missing, unexpected };
}

/** Enough of a list for a message. */
function list(items: readonly string[]): string {
  const shown = items.slice(0, 10).join(", ");
  return items.length > 10 ? `${shown} and ${items.length - 10} more` : shown;
}
