import { FormatError } from "@lanewise/core-wasm";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCheckpoint, readSafetensors, writeCheckpoint, writeSafetensors } from "../../src/io/index.js";
import { fileOf, headerOf } from "./files.js";
import { anyMetadata, anyTensors } from "./tensors.js";

/** Whatever the file, it is read within its bounds, or refused by a FormatError. */
function survives(file: Uint8Array): void {
  let read: ReturnType<typeof readSafetensors>;
  try {
    read = readSafetensors(file);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return;
  }
  let bytes = 0;
  for (const tensor of read.tensors.values()) {
    expect(tensor.bytes.buffer).toBe(file.buffer);
    bytes += tensor.bytes.length;
    expect(tensor.toFloat32().length).toBe(tensor.size);
  }
  expect(bytes).toBeLessThan(file.length);
}

const flips = fc.array(
  fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.integer({ min: 1, max: 255 })),
  {
    minLength: 1,
    maxLength: 4,
  },
);

function flipped(file: Uint8Array, changes: readonly (readonly [number, number])[]): Uint8Array {
  const copy = new Uint8Array(file);
  // Twice as often near the start: that is where the length and the header are.
  changes.forEach(
    ([where, mask], i) => (copy[Math.floor((i % 2 ? where : where ** 3) * copy.length)]! ^= mask),
  );
  return copy;
}

describe("damage never leads to anything but a FormatError", () => {
  it("bytes changed at random", () => {
    fc.assert(
      fc.property(anyTensors, anyMetadata, flips, (tensors, metadata, changes) => {
        survives(flipped(writeSafetensors(tensors, metadata), changes));
      }),
      { numRuns: 2000 },
    );
  });

  it("bytes cut off, and bytes from elsewhere put in", () => {
    const cut = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        anyTensors,
        anyMetadata,
        cut,
        cut,
        fc.uint8Array({ maxLength: 8 }),
        (tensors, metadata, a, b, more) => {
          const file = writeSafetensors(tensors, metadata);
          const [x, y] = [Math.floor(a * file.length), Math.floor(b * file.length)];
          survives(file.slice(0, x));
          survives(Uint8Array.of(...file.subarray(0, x), ...more, ...file.subarray(y)));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("a header whose parts are exchanged for others", () => {
    const parts = [
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"',
      "\\",
      "0",
      "-1",
      "1e9",
      "9007199254740991",
      "null",
      '"F32"',
      '"x"',
      " ",
    ];
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    const edits = fc.array(fc.tuple(place, fc.integer({ min: 0, max: 3 }), fc.constantFrom(...parts)), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(anyTensors, anyMetadata, edits, (tensors, metadata, changes) => {
        const file = writeSafetensors(tensors, metadata);
        let header = headerOf(file);
        const data = file.subarray(8 + new TextEncoder().encode(header).length);
        for (const [where, removed, part] of changes) {
          const at = Math.floor(where * header.length);
          header = header.slice(0, at) + part + header.slice(at + removed);
        }
        survives(fileOf(header, data));
      }),
      { numRuns: 2000 },
    );
  });

  it("any JSON as the header", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.uint8Array({ maxLength: 16 }), (json, data) => {
        survives(fileOf(json, data));
        survives(fileOf(`{"x":${json}}`, data));
        survives(fileOf(`{"__metadata__":${json}}`, data));
        survives(fileOf(`{"x":{"dtype":"U8","shape":${json},"data_offsets":[0,${data.length}]}}`, data));
      }),
      { numRuns: 1000 },
    );
  });

  it("any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        survives(bytes);
        survives(fileOf(bytes));
      }),
      { numRuns: 1000 },
    );
  });

  it("bytes of a checkpoint changed at random", () => {
    const file = writeCheckpoint({
      model: "rnn",
      config: { hidden: 8, alphabet: "ab\n" },
      weights: { weight: Float32Array.of(1, 2, 3) },
      optimizer: { "m.weight": Float32Array.of(1, 2, 3) },
      counters: { steps: 100 },
    });
    fc.assert(
      fc.property(flips, (changes) => {
        try {
          readCheckpoint(flipped(file, changes));
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe("a large hostile header is refused, or read, in a time that grows with its length", () => {
  const million = 1_000_000;

  it.each([
    ["a name without end", `{"${"x".repeat(4 * million)}`],
    ["backslashes without end", `{"${"\\\\".repeat(2 * million)}`],
    ["digits without end", `{"x":${"9".repeat(4 * million)}`],
    ["spaces without end", `{${" ".repeat(4 * million)}`],
    ["sizes without end", `{"x":{"dtype":"U8","shape":[${"1,".repeat(million)}`],
    ["minus signs without end", `{"x":${"-".repeat(4 * million)}`],
  ])("%s", (_title, header) => {
    expect(() => readSafetensors(fileOf(header))).toThrow(FormatError);
  });

  it("a name of four million characters", () => {
    const name = "n".repeat(4 * million);
    const file = fileOf(`{"${name}":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, [7]);
    expect(readSafetensors(file).tensors.get(name)!.data).toEqual(Uint8Array.of(7));
  });
});
