import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSafetensors, writeSafetensors } from "../../src/io/index.js";
import { anyMetadata, anyTensors, bytesOf, widthOf } from "./tensors.js";

describe("what is written comes back", () => {
  it("with any names, element types, shapes, bits and metadata", () => {
    fc.assert(
      fc.property(anyTensors, anyMetadata, (tensors, metadata) => {
        const read = readSafetensors(writeSafetensors(tensors, metadata));
        expect(read.metadata).toEqual(metadata ?? {});
        expect(Object.keys(read.metadata).toSorted()).toEqual(Object.keys(metadata ?? {}).toSorted());
        expect(read.tensors.size).toBe(tensors.size);
        for (const [name, { dtype, shape, data }] of tensors) {
          const tensor = read.tensors.get(name)!;
          expect({ dtype: tensor.dtype, shape: tensor.shape }).toEqual({ dtype, shape });
          expect(tensor.size).toBe(data.length);
          expect(new Uint8Array(tensor.bytes)).toEqual(bytesOf(data));
          expect(tensor.data.constructor).toBe(data.constructor);
          expect(new Uint8Array(bytesOf(tensor.data))).toEqual(bytesOf(data));
        }
      }),
    );
  });

  it("and is written again as the same bytes", () => {
    fc.assert(
      fc.property(anyTensors, anyMetadata, (tensors, metadata) => {
        const file = writeSafetensors(tensors, metadata);
        const read = readSafetensors(file);
        expect(writeSafetensors(read.tensors, metadata && read.metadata)).toEqual(file);
      }),
    );
  });

  it("in bytes that do not depend on the order", () => {
    fc.assert(
      fc.property(anyTensors, anyMetadata, (tensors, metadata) => {
        const backwards = new Map(Array.from(tensors).toReversed());
        const metadataBackwards = metadata && Object.fromEntries(Object.entries(metadata).toReversed());
        expect(writeSafetensors(backwards, metadataBackwards)).toEqual(writeSafetensors(tensors, metadata));
      }),
    );
  });

  it("from anywhere in a buffer, in place where the alignment allows", () => {
    fc.assert(
      fc.property(anyTensors, fc.integer({ min: 0, max: 17 }), (tensors, offset) => {
        const file = writeSafetensors(tensors);
        const buffer = new Uint8Array(file.length + 32);
        buffer.set(file, offset);
        const read = readSafetensors(buffer.subarray(offset, offset + file.length));
        for (const [name, { dtype, data }] of tensors) {
          const tensor = read.tensors.get(name)!;
          expect(tensor.bytes.buffer).toBe(buffer.buffer);
          expect(new Uint8Array(bytesOf(tensor.data))).toEqual(bytesOf(data));
          expect(tensor.data.buffer === buffer.buffer).toBe(tensor.bytes.byteOffset % widthOf(dtype) === 0);
        }
      }),
    );
  });

  it("aligned: a tensor of a file at the start of a buffer is never copied", () => {
    fc.assert(
      fc.property(anyTensors, anyMetadata, (tensors, metadata) => {
        const file = writeSafetensors(tensors, metadata);
        expect(new DataView(file.buffer).getBigUint64(0, true) % 8n).toBe(0n);
        for (const tensor of readSafetensors(file).tensors.values())
          expect(tensor.data.buffer).toBe(file.buffer);
      }),
    );
  });
});
