import { FormatError } from "@lanewise/core-wasm/errors";
import type { Encoding } from "../encodings/encoding.js";
import { BpeHeader, NONE } from "./bpeHeader.js";
import { CompiledEngine } from "./compiledEngine.js";
import { EngineMemory, type EngineModuleOptions, loadEngineModule } from "./engineMemory.js";
import { idsByLength } from "./placeBpe.js";
import { modelKind, type PlacedModel, type PlacedVocabulary } from "./placedModel.js";
import { gunzipBase64 } from "./gunzip.js";

/** Tokens 0 … 255 are the bytes. */
const SINGLES = 256;
/** Ids are below 256 times as many. */
const CURSORS = 1024;
/** No token of the packed vocabularies is longer. */
const LONGEST = 128;

/** The engine of a vocabulary that the package carries: it starts faster than from a definition. */
export async function createEncodingEngine(
  encoding: Encoding,
  options: EngineModuleOptions = {},
): Promise<CompiledEngine> {
  const [module, data] = await Promise.all([loadEngineModule(options), gunzipBase64(encoding.data)]);
  const memory = new EngineMemory(module);
  return new CompiledEngine(memory, placePacked(data, memory), encoding.scanner);
}

function placePacked(data: Uint8Array, memory: EngineMemory): PlacedModel {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const size = data.length < 8 + SINGLES ? 0 : view.getUint32(0, true);
  const length = size === 0 ? 0 : view.getUint32(4, true);
  const width = size > 65536 ? 3 : 2;
  if (size < SINGLES || size > 256 * CURSORS || data.length !== 8 + SINGLES + 2 * width * (size - SINGLES)) {
    throw new FormatError("encoding.data", "a vocabulary of this package", `${data.length} bytes`);
  }
  const tokens: PlacedVocabulary = {
    size,
    bytes: memory.allocate(length + 2 * LONGEST),
    offsets: memory.allocate(4 * (size + 1)),
  };
  const header = new BpeHeader(
    memory,
    tokens,
    {
      characters: false,
      wholePieces: true,
      unknownId: NONE,
      fuseUnknown: false,
      byteIds: undefined,
      priorities: undefined,
      listed: false,
      distinct: true,
      latePairs: true,
    },
    { tokens: size, merges: size - SINGLES, longest: LONGEST },
  );
  const singles = memory.place(data.subarray(8));
  const planes = singles + SINGLES;
  const cursors = memory.allocate(8 * CURSORS);
  const written = memory.wasm.bpeUnpack(header.pointer, singles, planes, width, length, cursors);
  if (written !== length) throw new FormatError("encoding.data", `${length} bytes of tokens`, written);
  let lacksPairs = true;
  return {
    kind: modelKind.bpe,
    header: header.pointer,
    tokens,
    cutsAtWords: false,
    complete: () => {
      if (lacksPairs) {
        memory.wasm.bpeUnpackPairs(header.pointer, planes, width, cursors);
        lacksPairs = false;
        return;
      }
      const first = tokens.offsets >> 2;
      header.buildTrie(idsByLength(memory.u32.slice(first, first + size + 1)));
    },
  };
}
