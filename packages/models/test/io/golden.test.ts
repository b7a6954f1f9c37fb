import { safetensors as jax } from "@jax-js/loaders";
import { describe, expect, it } from "vitest";
import { readSafetensors, type SafetensorsDType, writeSafetensors } from "../../src/io/index.js";
import golden from "../golden/safetensors.json" with { type: "json" };
import { fileOf, fromBase64, fromHex } from "./files.js";
import { arrayOf } from "./tensors.js";

describe("files of the reference implementation", () => {
  for (const { title, tensors, metadata, file } of golden.cases) {
    const bytes = fromBase64(file);

    it(`are read: ${title}`, () => {
      const read = readSafetensors(bytes);
      expect(read.metadata).toEqual(Object.fromEntries((metadata ?? []) as [string, string][]));
      expect(new Set(read.tensors.keys())).toEqual(new Set(tensors.map(({ name }) => name)));
      for (const { name, dtype, shape, hex } of tensors) {
        const tensor = read.tensors.get(name)!;
        expect({ dtype: tensor.dtype, shape: tensor.shape }).toEqual({ dtype, shape });
        expect(new Uint8Array(tensor.bytes)).toEqual(fromHex(hex));
      }
    });

    it(`are written byte for byte: ${title}`, () => {
      const sources = tensors.map(({ name, dtype, shape, hex }) => {
        const data = arrayOf(dtype as SafetensorsDType, fromHex(hex));
        return [name, { dtype: dtype as SafetensorsDType, shape, data }] as const;
      });
      const named = metadata === null ? undefined : Object.fromEntries(metadata as [string, string][]);
      expect(writeSafetensors(new Map(sources), named)).toEqual(bytes);
      expect(writeSafetensors(new Map(sources.toReversed()), named)).toEqual(bytes);
    });
  }
});

describe("a file made by hand", () => {
  const header =
    '{"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},' +
    '"a":{"dtype":"BF16","shape":[1,2],"data_offsets":[8,12]}}';
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
  const data = [0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0, 0x80, 0x3f, 0x40, 0xc0];
  const file = fileOf(padded, data);

  it("is written byte for byte", () => {
    const tensors = {
      a: { dtype: "BF16", shape: [1, 2], data: Float32Array.of(1, -3) },
      b: { shape: [2], data: Float32Array.of(1.5, -2) },
    } as const;
    expect(writeSafetensors(tensors, { format: "pt" })).toEqual(file);
  });

  it("is read", () => {
    const { tensors, metadata } = readSafetensors(file);
    expect(metadata).toEqual({ format: "pt" });
    expect(tensors.get("a")!.toFloat32()).toEqual(Float32Array.of(1, -3));
    expect(tensors.get("b")!.data).toEqual(Float32Array.of(1.5, -2));
  });

  it("is read with names in another order, white space, unknown members and data in another order", () => {
    const other =
      '{ "b" : {"data_offsets":[4 , 12],"shape":[2],\n\t"note":{"any":[1.5,-2e3,true,false,null,"x",{}]},"dtype":"F32"},' +
      '"\\u0061":{"dtype":"BF16","shape":[1,2],"data_offsets":[0,4]}} \n';
    const { tensors } = readSafetensors(fileOf(other, [...data.slice(8), ...data.slice(0, 8)]));
    expect(Array.from(tensors.keys())).toEqual(["a", "b"]);
    expect(tensors.get("a")!.toFloat32()).toEqual(Float32Array.of(1, -3));
    expect(tensors.get("b")!.toFloat32()).toEqual(Float32Array.of(1.5, -2));
  });
});

describe("another reader", () => {
  it("reads what is written, bit for bit", () => {
    const dtypes = [
      "F64",
      "F32",
      "F16",
      "I64",
      "I32",
      "I16",
      "I8",
      "U64",
      "U32",
      "U16",
      "U8",
      "BOOL",
    ] as const;
    const sources = dtypes.map((dtype, seed) => {
      const bytes = Uint8Array.from({ length: 48 }, (_, i) =>
        dtype === "BOOL" ? i % 2 : (i * 37 + seed * 11) % 256,
      );
      const data = arrayOf(dtype, bytes);
      return [`tensor of ${dtype}`, { dtype, shape: [2, data.length / 2], data }] as const;
    });
    const file = writeSafetensors(new Map(sources), { ünïcode: "😀" });
    const read = jax.parse(file);
    expect(read.metadata).toEqual({ ünïcode: "😀" });
    expect(Object.keys(read.tensors)).toHaveLength(dtypes.length);
    for (const [name, { dtype, shape, data }] of sources) {
      const tensor = read.tensors[name]!;
      expect({ dtype: tensor.dtype, shape: tensor.shape }).toEqual({ dtype, shape });
      const { buffer, byteOffset, byteLength } = tensor.data;
      expect(new Uint8Array(buffer, byteOffset, byteLength)).toEqual(
        new Uint8Array(data.buffer, data.byteOffset, 48),
      );
    }
  });

  it("sees the same float16 numbers", () => {
    const values = Float64Array.of(0, -0, 1, 1 / 3, 65504, 65519.9, 65520, 6e-8, 3e-8, -1e-3, Infinity);
    const file = writeSafetensors({ x: { dtype: "F16", shape: [11], data: values } });
    const theirs = Float32Array.from(jax.parse(file).tensors["x"]!.data as unknown as ArrayLike<number>);
    expect(theirs).toEqual(readSafetensors(file).tensors.get("x")!.toFloat32());
  });
});
