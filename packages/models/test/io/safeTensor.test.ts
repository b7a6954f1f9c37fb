import { ShapeError } from "@lanewise/core-wasm";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSafetensors, SafeTensor, type TensorData, writeSafetensors } from "../../src/io/index.js";
import { bytesOf } from "./tensors.js";

function reread(source: TensorData): SafeTensor {
  return readSafetensors(writeSafetensors({ x: source })).tensors.get("x")!;
}

/** The float32 nearest to a whole number, ties to even, found by whole-number arithmetic alone. */
function nearestSingle(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  const extra = BigInt(Math.max(0, magnitude.toString(2).length - 24));
  const step = 1n << extra;
  const lower = magnitude / step;
  const twice = 2n * (magnitude % step);
  const rounded = twice > step || (twice === step && lower % 2n === 1n) ? lower + 1n : lower;
  return (value < 0n ? -1 : 1) * Number(rounded * step); // at most 24 bits: exact
}

describe("toFloat32", () => {
  it("takes every element type", () => {
    const sources: [TensorData["dtype"], TensorData["data"], number[]][] = [
      ["F64", Float64Array.of(0.1, -1e300, 5e-324), [Math.fround(0.1), -Infinity, 0]],
      ["F32", Float32Array.of(0.1, -0, NaN), [Math.fround(0.1), -0, NaN]],
      ["F16", Uint16Array.of(0x3c00, 0x8001, 0x7bff), [1, -(2 ** -24), 65504]],
      ["BF16", Uint16Array.of(0x3f80, 0x8001, 0x7f7f), [1, -(2 ** -133), (2 - 2 ** -7) * 2 ** 127]],
      ["I64", BigInt64Array.of(0n, -5n, -(2n ** 63n)), [0, -5, -(2 ** 63)]],
      ["U64", BigUint64Array.of(0n, 5n, 2n ** 64n - 1n), [0, 5, 2 ** 64]],
      ["I32", Int32Array.of(-(2 ** 31), 16777217, 7), [-(2 ** 31), 16777216, 7]],
      ["U32", Uint32Array.of(2 ** 32 - 1, 16777219, 7), [2 ** 32, 16777220, 7]],
      ["I16", Int16Array.of(-32768, 32767, 0), [-32768, 32767, 0]],
      ["U16", Uint16Array.of(65535, 1, 0), [65535, 1, 0]],
      ["I8", Int8Array.of(-128, 127, 0), [-128, 127, 0]],
      ["U8", Uint8Array.of(255, 1, 0), [255, 1, 0]],
      ["BOOL", Uint8Array.of(1, 0, 1), [1, 0, 1]],
    ];
    for (const [dtype, data, expected] of sources) {
      const tensor = reread({ dtype, shape: [3], data });
      expect(tensor.dtype).toBe(dtype);
      expect(tensor.toFloat32(), `${dtype}`).toEqual(Float32Array.from(expected));
    }
  });

  it("rounds whole numbers of 64 bits once", () => {
    // 2^60 + 2^36 is halfway between two float32; a little above it is beyond float64 too.
    const trap = 2n ** 60n + 2n ** 36n + 1n;
    expect(Math.fround(Number(trap))).not.toBe(nearestSingle(trap));
    expect(reread({ shape: [2], data: BigInt64Array.of(trap, -trap) }).toFloat32()).toEqual(
      Float32Array.of(nearestSingle(trap), -nearestSingle(trap)),
    );
    const near = fc
      .tuple(
        fc.integer({ min: 0, max: 63 }),
        fc.integer({ min: 0, max: 63 }),
        fc.bigInt({ min: -2n, max: 2n }),
      )
      .map(([a, b, c]) => BigInt.asUintN(64, 2n ** BigInt(a) + 2n ** BigInt(b) + c));
    fc.assert(
      fc.property(fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), near), (value) => {
        const signed = BigInt.asIntN(64, value);
        expect(reread({ shape: [1], data: BigUint64Array.of(value) }).toFloat32()[0]).toBe(
          nearestSingle(value),
        );
        expect(reread({ shape: [1], data: BigInt64Array.of(signed) }).toFloat32()[0]).toBe(
          nearestSingle(signed),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it("keeps a float32's bits, NaN payloads included", () => {
    const bits = Uint32Array.of(0x7fc12345, 0xff800001, 0x80000000, 1);
    const tensor = reread({ shape: [4], data: new Float32Array(bits.buffer) });
    expect(new Uint32Array(tensor.toFloat32().buffer)).toEqual(bits);
  });

  it("is a copy: the file stays as it is", () => {
    const file = writeSafetensors({ x: Float32Array.of(1, 2) });
    const tensor = readSafetensors(file).tensors.get("x")!;
    tensor.toFloat32()[0] = 9;
    expect(tensor.data).toEqual(Float32Array.of(1, 2));
  });

  it("writes into an array of the right length only", () => {
    const tensor = reread({ shape: [2], data: Float32Array.of(1, 2) });
    const out = new Float32Array(4);
    tensor.toFloat32Into(out.subarray(1, 3));
    expect(out).toEqual(Float32Array.of(0, 1, 2, 0));
    expect(() => tensor.toFloat32Into(out)).toThrow(ShapeError);
  });

  it("of a tensor that lies on no alignment", () => {
    const bytes = new Uint8Array(17);
    bytes.set(bytesOf(Float64Array.of(0.5, -2)), 1);
    const tensor = new SafeTensor("F64", [2], bytes.subarray(1));
    expect(tensor.toFloat32()).toEqual(Float32Array.of(0.5, -2));
  });
});
