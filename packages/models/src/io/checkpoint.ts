import { FormatError, RangeError } from "@lanewise/core-wasm";
import { quote } from "./headerJson.js";
import { documentJson, parseDocument } from "./jsonDocument.js";
import { readSafetensors } from "./readSafetensors.js";
import type { SafeTensor } from "./safeTensor.js";
import { entriesOf, type TensorSource, type TensorSources, writeSafetensors } from "./writeSafetensors.js";

/** The tag, with its version, under `format` in a checkpoint's `__metadata__`. */
export const checkpointFormat = "lanewise-checkpoint-v1";

const optimizerPrefix = "optimizer.";
const statePrefix = "state.";

/** What goes into a checkpoint. */
export interface CheckpointContents {
  /** The family that the model belongs to: "rnn". */
  readonly model: string;
  /** What the model is to be made with. JSON keeps it; see `counters` for what that means. */
  readonly config: object;
  /** The parameters, under their own names, as PyTorch's `state_dict` has them. */
  readonly weights: TensorSources;
  /** The optimiser's arrays, as "<moment>.<name of the parameter>"; in the file with "optimizer." before that. */
  readonly optimizer?: TensorSources | undefined;
  /** Other arrays that resuming needs, such as a carried hidden state; in the file with "state." before the name. */
  readonly state?: TensorSources | undefined;
  /**
   * Numbers and words that resuming needs: steps, positions, a generator's state. Plain objects, arrays, strings,
   * booleans, null and finite numbers, which come back bit for bit; properties that are undefined are left out.
   */
  readonly counters?: object | undefined;
}

/** What came out of a checkpoint. `config` and `counters` are as the file has them: a model checks them. */
export interface Checkpoint {
  readonly model: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly counters: Readonly<Record<string, unknown>>;
  readonly weights: Map<string, SafeTensor>;
  /** Without the prefix. */
  readonly optimizer: Map<string, SafeTensor>;
  /** Without the prefix. */
  readonly state: Map<string, SafeTensor>;
}

/**
 * Writes a model, and what its training needs to go on as if it had never stopped, into one safetensors file. Other
 * programs see the weights under their own names. The same contents give the same bytes.
 *
 * `__metadata__` holds `format`, `model`, and as JSON `config` and `counters`.
 *
 * @throws RangeError for what JSON does not keep (NaN, −0, a Date), or for a weight whose name begins with "optimizer."
 * or "state."; and what `writeSafetensors` throws
 */
export function writeCheckpoint(contents: CheckpointContents): Uint8Array<ArrayBuffer> {
  const { model, config, weights, optimizer = {}, state = {}, counters = {} } = contents;
  const tensors = new Map<string, TensorSource>();
  for (const [name, source] of entriesOf(weights)) {
    if (name.startsWith(optimizerPrefix) || name.startsWith(statePrefix)) {
      throw new RangeError(
        "weights",
        `names that do not begin with "${optimizerPrefix}" or "${statePrefix}"`,
        name,
      );
    }
    tensors.set(name, source);
  }
  for (const [name, source] of entriesOf(optimizer)) tensors.set(optimizerPrefix + name, source);
  for (const [name, source] of entriesOf(state)) tensors.set(statePrefix + name, source);
  return writeSafetensors(tensors, {
    format: checkpointFormat,
    model,
    config: documentJson("config", config),
    counters: documentJson("counters", counters),
  });
}

/**
 * Reads a checkpoint. Nothing is copied: the tensors are views of `bytes`.
 *
 * @param options.model the family that it must be of
 * @throws FormatError if it is no checkpoint, one of another version, or of another family
 */
export function readCheckpoint(
  bytes: Uint8Array | ArrayBuffer,
  { model: wanted }: { model?: string | undefined } = {},
): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes);
  const format = readText(metadata, "format");
  if (format !== checkpointFormat) {
    throw new FormatError("__metadata__.format", quote(checkpointFormat), quote(format));
  }
  const model = readText(metadata, "model");
  if (wanted !== undefined && model !== wanted) {
    throw new FormatError("__metadata__.model", quote(wanted), quote(model));
  }
  const config = parseDocument("config", readText(metadata, "config"));
  const counters = parseDocument("counters", readText(metadata, "counters"));
  const checkpoint: Checkpoint = {
    model,
    config,
    counters,
    weights: new Map(),
    optimizer: new Map(),
    state: new Map(),
  };
  for (const [name, tensor] of tensors) {
    if (name.startsWith(optimizerPrefix))
      checkpoint.optimizer.set(name.slice(optimizerPrefix.length), tensor);
    else if (name.startsWith(statePrefix)) checkpoint.state.set(name.slice(statePrefix.length), tensor);
    else checkpoint.weights.set(name, tensor);
  }
  return checkpoint;
}

function readText(metadata: Readonly<Record<string, string>>, key: string): string {
  const text = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
  if (text === undefined) throw new FormatError(`__metadata__.${key}`, "a checkpoint's", "nothing");
  return text;
}
