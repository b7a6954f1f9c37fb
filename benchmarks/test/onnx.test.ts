import { describe, expect, it } from "vitest";
import { encodeModel } from "../peers/onnx.ts";

/** A field: its number, and its varint or its bytes. */
type Field = [number: number, value: number | Uint8Array];

/** Reads Protocol Buffers with no schema: what the encoder writes, by other code. */
function decode(bytes: Uint8Array): Field[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    for (let value = 0, factor = 1; ; factor *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const field = key >> 3;
    if ((key & 7) === 0) fields.push([field, varint()]);
    else if ((key & 7) === 5) fields.push([field, view.getFloat32((at += 4) - 4, true)]);
    else {
      const length = varint();
      fields.push([field, bytes.subarray(at, (at += length))]);
    }
  }
  return fields;
}

function all(fields: Field[], number: number): Uint8Array[] {
  return fields.filter(([field]) => field === number).map(([, value]) => value as Uint8Array);
}
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe("encodeModel", () => {
  const model = decode(
    encodeModel({
      nodes: [
        { type: "MatMul", inputs: ["a", "b"], outputs: ["ab"] },
        {
          type: "LayerNormalization",
          inputs: ["ab", "gain"],
          outputs: ["out"],
          attributes: { axis: 300, perm: [0, 2, 1] },
          floats: { epsilon: 0.5 },
        },
      ],
      inputs: [{ name: "a", dims: [2, 300] }],
      outputs: [{ name: "out", dims: [2, 1] }],
      constants: [
        { name: "b", dims: [300, 1], data: new Float32Array(300).fill(1.5) },
        { name: "gain", dims: [1], data: BigInt64Array.of(-1n) },
      ],
    }),
  );
  const graph = decode(all(model, 7)[0]!);

  it("names the versions of the format and of the operators", () => {
    expect(model.find(([field]) => field === 1)).toEqual([1, 9]);
    expect(decode(all(model, 8)[0]!)).toEqual([[2, 20]]);
  });

  it("writes nodes with their inputs, outputs and attributes", () => {
    const [product, norm] = all(graph, 1).map(decode) as [Field[], Field[]];
    expect(all(product, 1).map(text)).toEqual(["a", "b"]);
    expect(all(product, 2).map(text)).toEqual(["ab"]);
    expect(all(product, 4).map(text)).toEqual(["MatMul"]);
    const attributes = all(norm, 5).map((bytes) =>
      decode(bytes).map(([field, value]) => [field, typeof value === "number" ? value : text(value)]),
    );
    expect(attributes).toEqual([
      [
        [1, "axis"],
        [3, 300],
        [20, 2],
      ],
      [
        [1, "perm"],
        [8, 0],
        [8, 2],
        [8, 1],
        [20, 7],
      ],
      [
        [1, "epsilon"],
        [2, 0.5],
        [20, 1],
      ],
    ]);
  });

  it("writes constants with their shape and their bytes", () => {
    const [b, gain] = all(graph, 5).map(decode) as [Field[], Field[]];
    expect(b.slice(0, 3)).toEqual([
      [1, 300],
      [1, 1],
      [2, 1],
    ]);
    expect(all(b, 9)[0]).toHaveLength(1200);
    expect(new Float32Array(all(b, 9)[0]!.slice().buffer)[299]).toBe(1.5);
    expect(gain[1]).toEqual([2, 7]);
    expect(new BigInt64Array(all(gain, 9)[0]!.slice().buffer)[0]).toBe(-1n);
  });

  it("writes the shapes of inputs and outputs", () => {
    for (const [field, name, dims] of [
      [11, "a", [2, 300]],
      [12, "out", [2, 1]],
    ] as const) {
      const value = decode(all(graph, field)[0]!);
      expect(text(all(value, 1)[0]!)).toBe(name);
      const tensor = decode(all(decode(all(value, 2)[0]!), 1)[0]!);
      expect(tensor[0]).toEqual([1, 1]);
      const shape = decode(all(tensor, 2)[0]!);
      expect(all(shape, 1).map((dim) => decode(dim)[0])).toEqual(dims.map((dim) => [1, dim]));
    }
  });
});
