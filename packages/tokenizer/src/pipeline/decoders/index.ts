import { RangeError, UnsupportedError } from "@lanewise/core-wasm/errors";
import type { AddedToken, Decoder, TokenizerDefinition } from "../../definition.js";
import type { StreamingDecoder } from "../interfaces.js";
import { bpe } from "./bpe.js";
import { byteFallback } from "./byteFallback.js";
import { ctc } from "./ctc.js";
import { replaceEach, replaceText } from "./replace.js";
import { type DecoderStage, firstAndOthers } from "./stage.js";
import { stripEach, stripText } from "./strip.js";
import { wordPiece } from "./wordPiece.js";

/** A definition's way back from ids to text. */
export interface DecoderParts {
  /** A decoder with a state of its own. */
  stream(skipSpecialTokens: boolean): StreamingDecoder;
}

/** @throws UnsupportedError where a decoder is not supported where it stands */
export function compileDecoder(definition: TokenizerDefinition): DecoderParts {
  const { model, decoder, addedTokens = [] } = definition;
  const decoders = flatten(decoder);
  // Bytes are joined before anything is made of them: always, where nothing else is said.
  const joinsBytes = decoders.length === 0 || decoders[0]!.type === "bytes";
  const later = joinsBytes ? decoders.slice(1) : decoders;
  const makeStages = (): DecoderStage[] => {
    let isText = joinsBytes;
    return later.flatMap((each) => {
      if (each.type !== "fuse") return [stageOf(each, isText)];
      isText = true;
      return [];
    });
  };
  makeStages(); // throws now rather than later
  const added = new Map(addedTokens.map((token): [number, AddedToken] => [token.id, token]));
  const byteOf = new Map<number, number>();
  if (model.type !== "wordPiece") model.byteFallback?.forEach((id, byte) => byteOf.set(id, byte));

  function bytesOf(id: number): Uint8Array {
    const bytes = model.vocabulary.token(id);
    if (bytes.length === 0) throw new RangeError("id", "the id of a token", id);
    return bytes;
  }

  return {
    stream(skipSpecialTokens) {
      const stages = makeStages();
      const text = new TextDecoder("utf-8", { ignoreBOM: true });
      let out = "";
      const through = (token: string, stage: number): void => {
        if (stage === stages.length) out += token;
        else stages[stage]!.push(token, (next) => through(next, stage + 1));
      };
      const take = (): string => {
        const result = out;
        out = "";
        return result;
      };
      const give = (token: string): void => {
        if (token !== "" || !joinsBytes) through(token, 0);
      };
      return {
        push(id) {
          const token = added.get(id);
          if (token?.special && skipSpecialTokens) return "";
          if (joinsBytes) {
            const byte = byteOf.get(id);
            const bytes = token
              ? new TextEncoder().encode(token.content)
              : byte === undefined
                ? bytesOf(id)
                : Uint8Array.of(byte);
            give(text.decode(bytes, { stream: true }));
          } else give(token?.content ?? new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytesOf(id)));
          return take();
        },
        end() {
          if (joinsBytes) give(text.decode());
          stages.forEach((stage, i) => stage.end((next) => through(next, i + 1)));
          return take();
        },
      };
    },
  };
}

function flatten(decoder: Decoder | undefined): Exclude<Decoder, { type: "sequence" }>[] {
  if (decoder === undefined) return [];
  return decoder.type === "sequence" ? decoder.decoders.flatMap(flatten) : [decoder];
}

/** @param isText what comes is one text in parts, not tokens */
function stageOf(decoder: Exclude<Decoder, { type: "sequence" }>, isText: boolean): DecoderStage {
  if (decoder.type === "strip") {
    const { content, start, stop } = decoder;
    return isText ? stripText(content, start, stop) : stripEach(content, start, stop);
  }
  if (decoder.type === "replace") {
    return (isText ? replaceText : replaceEach)(decoder.pattern, decoder.content);
  }
  if (isText) {
    throw new UnsupportedError("decoder", `no "${decoder.type}" behind "fuse" or "bytes"`, decoder.type);
  }
  switch (decoder.type) {
    case "byteFallback":
      return byteFallback();
    case "wordPiece":
      return wordPiece(decoder.prefix, decoder.cleanup);
    case "metaspace": {
      const { replacement, prepend } = decoder;
      return firstAndOthers((token, isFirst) =>
        token.replaceAll(replacement, isFirst && prepend !== "never" ? "" : " "),
      );
    }
    case "bpe":
      return bpe(decoder.suffix);
    case "ctc":
      return ctc(decoder);
    case "bytes":
    case "fuse":
    default:
      throw new UnsupportedError("decoder.type", "a decoder that can stand here", decoder.type);
  }
}
