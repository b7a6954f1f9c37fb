import fc from "fast-check";
import { expect, it } from "vitest";
import {
  DisposedError,
  DTypeError,
  matmul,
  matmulInto,
  OutOfMemoryError,
  PackedMatrix,
  packMatrix,
  RangeError,
  Runtime,
  ShapeError,
} from "../src/index.js";
import * as reference from "../src/reference/index.js";
import { describeVariants, expectClose, noise } from "./variants.js";

describeVariants("PackedMatrix", (runtime) => {
  it("gives the bits of the plain product, whichever way it was packed", () => {
    const size = fc.integer({ min: 0, max: 120 });
    fc.assert(
      fc.property(
        fc.record({ m: fc.integer({ min: 0, max: 20 }), n: size, k: size }),
        fc.record({ transposeA: fc.boolean(), transposeB: fc.boolean(), accumulate: fc.boolean() }),
        fc.integer({ min: 1, max: 3 }),
        fc.nat(1000),
        ({ m, n, k }, { transposeA, transposeB, accumulate }, batch, seed) => {
          const [a, b] = [noise(batch * m * k, seed), noise(k * n, seed + 1)];
          using packed = packMatrix(b, { k, n, transposeB, runtime });
          const options = { m, n, k, transposeA, batch, accumulate };
          const [out, plain] = [noise(batch * m * n, 3), noise(batch * m * n, 3)];
          matmulInto(out, a, packed, options);
          // One column and few rows are where the plain product has sums of another order.
          const eightChains = (n === 1 && !transposeA) || (m * (transposeA ? 1 : batch) <= 3 && transposeB);
          matmulInto(plain, a, b, { ...options, transposeB, broadcastB: true, runtime });
          if (eightChains) expectClose(out, plain, { absolute: 1e-5 });
          else expect(out).toEqual(plain);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("gives a row the same bits whatever stands beside it, one row included", () => {
    const [n, k] = [131, 523];
    const a = noise(40 * k, 3);
    using packed = packMatrix(noise(k * n, 4), { k, n, transposeB: true, runtime });
    const all = matmul(a, packed, { m: 40, n, k });
    for (const m of [1, 2, 3, 4, 7, 31]) {
      expect(matmul(a.subarray(0, m * k), packed, { m, n, k })).toEqual(all.subarray(0, m * n));
    }
  });

  it("equals the float64 product beyond one block, with what follows it", () => {
    const [m, n, k] = [101, 203, 600];
    const [a, b] = [noise(m * k, 1), noise(k * n, 2)];
    const given = { bias: noise(n, 3), activation: "geluErf", residual: noise(m * n, 4) } as const;
    using packed = packMatrix(b, { k, n, runtime });
    const expected = reference.matmulEpilogue(reference.matmul(a, b, { m, n, k }), n, given);
    for (const rows of [1, 2, 100, m]) {
      const shape = { m: rows, n, k };
      const some = { ...given, residual: given.residual.subarray(0, rows * n) };
      const out = matmul(a.subarray(0, rows * k), packed, { ...shape, ...some });
      expectClose(out, expected.subarray(0, rows * n), { absolute: 1e-6, scale: Math.sqrt(k) });
    }
    expect(matmul(a, packed, { m, n, k, ...given })).toEqual(matmul(a, b, { m, n, k, ...given, runtime }));
  });

  it("takes new values in the same place", () => {
    const shape = { m: 5, n: 11, k: 7 };
    const [a, first, second] = [noise(35, 1), noise(77, 2), noise(77, 3)];
    using packed = packMatrix(first, { ...shape, runtime });
    const { ptr } = packed;
    const inUse = runtime.heap.bytesInUse;
    packed.set(second, { transposeB: true });
    expect([packed.ptr, runtime.heap.bytesInUse]).toEqual([ptr, inUse]);
    expect(matmul(a, packed, shape)).toEqual(matmul(a, second, { ...shape, transposeB: true, runtime }));
    const resident = runtime.heap.from("f32", first);
    packed.set(resident);
    expect(matmul(a, packed, shape)).toEqual(matmul(a, first, { ...shape, runtime }));
    runtime.heap.free(resident);
  });

  it("gives its memory back, once, and throws from then on", () => {
    const before = runtime.heap.bytesInUse;
    const packed = packMatrix(noise(6, 1), { k: 2, n: 3, runtime });
    expect(runtime.heap.bytesInUse).toBeGreaterThan(before);
    expect(packed.disposed).toBe(false);
    packed.dispose();
    packed.dispose();
    expect(runtime.heap.bytesInUse).toBe(before);
    expect(packed.disposed).toBe(true);
    const out = new Float32Array(3).fill(5);
    expect(() => matmulInto(out, noise(2, 1), packed, { m: 1, n: 3, k: 2 })).toThrow(DisposedError);
    expect(() => packed.set(noise(6, 1))).toThrow(DisposedError);
    expect([...out]).toEqual([5, 5, 5]);
  });

  it("ends with its runtime", () => {
    const own = Runtime.createSync({ variant: runtime.variant });
    const packed = packMatrix(noise(6, 1), { k: 2, n: 3, runtime: own });
    own.dispose();
    expect(packed.disposed).toBe(true);
    packed.dispose();
    expect(() => matmul(noise(2, 1), packed, { m: 1, n: 3, k: 2 })).toThrow(DisposedError);
  });

  it("refuses what does not fit, and leaves nothing behind", () => {
    const before = runtime.heap.bytesInUse;
    expect(() => packMatrix(noise(6, 1), { k: 2, n: 2, runtime })).toThrow(ShapeError);
    expect(() => packMatrix(noise(6, 1), { k: -2, n: -3, runtime })).toThrow(RangeError);
    expect(() => packMatrix(new Float64Array(6) as never, { k: 2, n: 3, runtime })).toThrow(DTypeError);
    expect(() => packMatrix(noise(6, 1), { k: 2, n: 3, transposeB: 1 as never, runtime })).toThrow(
      RangeError,
    );
    const small = Runtime.createSync({ variant: runtime.variant, maximumBytes: 1 << 18 });
    expect(() => packMatrix(noise(1 << 16, 1), { k: 256, n: 256, runtime: small })).toThrow(OutOfMemoryError);
    // A narrow matrix is filled up to eight columns: these 2³² bytes are 0 in 32 bits.
    expect(() => new PackedMatrix(runtime, 2 ** 27, 1)).toThrow(OutOfMemoryError);
    expect(small.heap.bytesInUse).toBe(0);

    const packed: PackedMatrix = packMatrix(noise(6, 1), { k: 2, n: 3, runtime });
    const [a, out] = [noise(2, 1), new Float32Array(3).fill(5)];
    const shape = { m: 1, n: 3, k: 2 };
    expect(() => packed.set(noise(5, 1))).toThrow(ShapeError);
    expect(() => packed.set(noise(6, 1), { transposeB: "yes" as never })).toThrow(RangeError);
    expect(() => matmulInto(out, a, packed, { ...shape, transposeB: true })).toThrow("transposeB");
    expect(() => matmulInto(out, a, packed, { ...shape, runtime: small })).toThrow("runtime");
    expect(() => matmulInto(out.subarray(0, 2), a, packed, { ...shape, n: 2 })).toThrow(ShapeError);
    const two = { ...shape, batch: 2, broadcastB: false };
    expect(() => matmulInto(new Float32Array(6), noise(4, 1), packed, two)).toThrow("broadcastB");
    expect([...out]).toEqual([5, 5, 5]);
    small.dispose();
    packed.dispose();
    expect(runtime.heap.bytesInUse).toBe(before);
  });
});
