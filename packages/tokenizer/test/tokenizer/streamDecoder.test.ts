import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Tokenizer } from "../../src/tokenizer.js";
import { smallDefinition } from "./smallDefinition.js";
import { anyText, wellFormed } from "./texts.js";

const tokenizer = await Tokenizer.load(smallDefinition());
/** Any tokens in any order: most of it is no UTF-8. */
const anyIds = fc.array(fc.oneof(fc.integer({ min: 0, max: 271 }), fc.integer({ min: 300, max: 303 })));

describe.each([undefined, { skipSpecialTokens: true }])("with %o", (options) => {
  it("gives what decode gives, however the ids are split", () => {
    fc.assert(
      fc.property(anyIds, fc.array(fc.nat(4)), (ids, sizes) => {
        const decoder = tokenizer.streamDecoder(options);
        let text = "";
        let at = 0;
        for (const size of sizes) text += decoder.push(ids.slice(at, (at += size)));
        for (; at < ids.length; at++) text += decoder.push(ids[at]!);
        expect(text + decoder.end()).toBe(tokenizer.decode(ids, options));
      }),
    );
  });
});

it("never gives half a character", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const ids = tokenizer.encode(wellFormed(text), { specialTokens: "text" });
      const decoder = tokenizer.streamDecoder();
      const pieces = Array.from(ids, (id) => decoder.push(id));
      expect(decoder.end()).toBe("");
      for (const piece of pieces) {
        const begun = piece.charCodeAt(piece.length - 1);
        expect((begun & 0xfc00) === 0xd800).toBe(false);
      }
      const replaced = pieces.join("").split("\ufffd").length;
      expect(replaced).toBe(wellFormed(text).split("\ufffd").length);
    }),
  );
});

it("holds a character back until all of it is there", () => {
  const ids = [...tokenizer.encode("a🦙b")];
  const decoder = tokenizer.streamDecoder();
  expect(ids.map((id) => decoder.push(id))).toEqual(["a", "", "", "🦙", "b"]);
  expect(decoder.end()).toBe("");
});

it("ends half a character as U+FFFD, and keeps nothing for the next stream", () => {
  const decoder = tokenizer.streamDecoder();
  expect(decoder.push(269)).toBe("");
  const other = tokenizer.streamDecoder();
  expect(other.push(259)).toBe("hello");
  expect(decoder.end()).toBe("\ufffd");
  expect(decoder.push(259)).toBe("hello");
  expect(decoder.end()).toBe("");
});

it("is a stream to pipe ids through", async () => {
  const text = "hello 🦙 日本";
  const ids = tokenizer.encode(text);
  const source = new ReadableStream<number | Uint32Array>({
    start(controller) {
      for (const id of ids.subarray(0, 5)) controller.enqueue(id);
      controller.enqueue(ids.subarray(5));
      controller.enqueue(269);
      controller.close();
    },
  });
  const pieces: string[] = [];
  const reader = source.pipeThrough(tokenizer.decodeStream()).getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) pieces.push(read.value);
  expect(pieces.join("")).toBe(`${text}\ufffd`);
  expect(pieces).not.toContain("");
});

it("refuses what is no token", () => {
  const decoder = tokenizer.streamDecoder();
  for (const id of [272, 299, 304, -1, 1.5, Number.NaN]) {
    expect(() => decoder.push(id)).toThrow(/^id: expected/);
    expect(() => decoder.push([id])).toThrow(/^id/);
    expect(() => tokenizer.decode([259, id])).toThrow(/^ids\[1\]: expected/);
  }
  expect(() => decoder.push("1" as never)).toThrow(/^ids: expected/);
});
