import { describe, expect, it } from "vitest";
import type { BpeModel } from "../../src/definition.js";
import type { Encoding } from "../../src/encodings/encoding.js";
import cl100kBase from "../../src/encodings/cl100k_base.js";
import gpt2 from "../../src/encodings/gpt2.js";
import o200kBase from "../../src/encodings/o200k_base.js";
import o200kHarmony from "../../src/encodings/o200k_harmony.js";
import p50kBase from "../../src/encodings/p50k_base.js";
import p50kEdit from "../../src/encodings/p50k_edit.js";
import r50kBase from "../../src/encodings/r50k_base.js";
import { createEngine } from "../../src/engine/createEngine.js";
import { createEncodingEngine } from "../../src/engine/encodingEngine.js";
import type { Engine } from "../../src/engine/engine.js";

const encodings = [gpt2, r50kBase, p50kBase, p50kEdit, cl100kBase, o200kBase, o200kHarmony];

/** The same model, from its tokens alone. */
async function modelOf(encoding: Encoding): Promise<BpeModel> {
  const engine = await createEncodingEngine(encoding);
  const vocabulary = engine.vocabulary();
  return { type: "bpe", vocabulary, alphabet: "bytes", priority: { by: "id" }, wholePieces: true };
}

function idsOf(engine: Engine, text: string): number[] {
  const ids: number[] = [];
  engine.encode(text, (chunk) => {
    for (const id of chunk) ids.push(id);
    return true;
  });
  return ids;
}

describe.each(encodings.map((encoding) => [encoding.name, encoding] as const))("%s", (_name, encoding) => {
  it("runs packed as it does from its definition", async () => {
    const packed = await createEncodingEngine(encoding);
    const model = await modelOf(encoding);
    const defined = createEngine(model, { scanner: encoding.scanner });
    const texts = [
      "Hello world! How's it going?\n\n  Fine, thanks: 12345 + 67,8 = ½.",
      "def f(x):\n\treturn {x: [y ** 2 for y in range(10)]}\r\n",
      "Привет, мир! 你好，世界。안녕하세요 こんにちは สวัสดี नमस्ते 🦙🏳️‍🌈",
      `${"a".repeat(3000)} ${"ab^".repeat(1000)}${" ".repeat(2000)}`,
    ];
    for (const text of texts) {
      const ids = idsOf(packed, text);
      expect(idsOf(defined, text)).toEqual(ids);
      expect(packed.count(text)).toBe(ids.length);
      expect(new TextDecoder().decode(packed.decode(ids))).toBe(text);
      const withEnds = packed.encodeWithEnds(text);
      expect([...withEnds.ids]).toEqual(ids);
      expect(withEnds.ends.at(-1)).toBe(new TextEncoder().encode(text).length);
    }
  });

  it("begins with a piece that needs the merges, and then the trie", async () => {
    const text = "a".repeat(3000);
    const expected = idsOf(createEngine(await modelOf(encoding), { scanner: encoding.scanner }), text);
    expect(idsOf(await createEncodingEngine(encoding), text)).toEqual(expected);
    expect((await createEncodingEngine(encoding)).count(text)).toBe(expected.length);
    expect([...(await createEncodingEngine(encoding)).encodeWithEnds(text).ids]).toEqual(expected);
    expect([...(await createEncodingEngine(encoding)).encodePiecesWithEnds([text]).ids]).toEqual(expected);
  });

  it("reaches every token by merges alone", async () => {
    const model = await modelOf(encoding);
    const engine = createEngine({ ...model, wholePieces: false });
    const { vocabulary } = model;
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const unreached: number[] = [];
    for (let id = 0; id < vocabulary.size; id++) {
      const bytes = vocabulary.token(id);
      const text = decoder.decode(bytes);
      if (bytes.length === 0 || text.includes("\ufffd")) continue;
      const [first, second] = idsOf(engine, text);
      if (first !== id || second !== undefined) unreached.push(id);
    }
    expect(unreached).toEqual([]);
  });
});

describe("packed data", () => {
  it("that is broken is a FormatError", async () => {
    const broken: Encoding = { ...gpt2, data: p50kBase.data.slice(0, 4000) };
    await expect(createEncodingEngine(broken)).rejects.toThrow(/encoding\.data/);
  });
});
