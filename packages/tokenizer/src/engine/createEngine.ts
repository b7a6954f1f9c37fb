import { UnsupportedError } from "@lanewise/core-wasm/errors";
import type { Model, ScannerName } from "../definition.js";
import { CompiledEngine } from "./compiledEngine.js";
import type { Engine } from "./engine.js";
import { engineModule, EngineMemory, type EngineModuleOptions } from "./engineMemory.js";
import { placeBpe } from "./placeBpe.js";
import type { PlacedModel } from "./placedModel.js";
import { placeUnigram } from "./placeUnigram.js";
import { placeWordPiece } from "./placeWordPiece.js";
import { UserDefinedEngine } from "./userDefinedEngine.js";

export interface EngineOptions extends EngineModuleOptions {
  /** What cuts a text into pieces. Absent: nothing does. */
  readonly scanner?: ScannerName;
}

/**
 * An engine for a model, in a memory of its own.
 *
 * @throws ShapeError, RangeError, FormatError where the model's arrays do not fit each other
 * @throws UnsupportedError where there is no engine for the model
 */
export function createEngine(model: Model, options: EngineOptions = {}): Engine {
  const memory = new EngineMemory(engineModule(options));
  const engine = new CompiledEngine(memory, place(model, memory), options.scanner);
  if (model.type !== "bpe" || !model.userDefined?.length) return engine;
  return new UserDefinedEngine(engine, model.vocabulary, model.userDefined);
}

function place(model: Model, memory: EngineMemory): PlacedModel {
  switch (model.type) {
    case "bpe":
      return placeBpe(model, memory);
    case "unigram":
      return placeUnigram(model, memory);
    case "wordPiece":
      return placeWordPiece(model, memory);
    default:
      throw new UnsupportedError("model.type", "a known type", (model as { type: unknown }).type);
  }
}
