import { matmulInto, ShapeError } from "@lanewise/core-wasm";
import { sameShape } from "../shapes.js";
import type { Tape } from "../tape.js";
import { formatShape, sizeOf, type Shape, type Tensor } from "../tensor.js";

export interface MatmulOptions {
  /** `a` is given as [k, m]. Default: false */
  transposeA?: boolean | undefined;
  /** `b` is given as [n, k]. Default: false */
  transposeB?: boolean | undefined;
}

/**
 * The matrix product of the last two dimensions: a[…, m, k] · b[…, k, n] → […, m, n].
 *
 * `b`: with the leading dimensions of `a`, or a plain matrix for all of them.
 *
 * @throws ShapeError
 */
export function matmul(
  tape: Tape,
  a: Tensor,
  b: Tensor,
  { transposeA = false, transposeB = false }: MatmulOptions = {},
): Tensor {
  const [p, q] = lastTwo("a", a.shape);
  const [r, s] = lastTwo("b", b.shape);
  const [m, k] = transposeA ? [q, p] : [p, q];
  const n = transposeB ? r : s;
  const lead = a.shape.slice(0, -2);
  const shared = b.shape.length === 2;
  if ((transposeB ? s : r) !== k || !(shared || sameShape(b.shape.slice(0, -2), lead))) {
    const matrix = transposeB ? ["n", k] : [k, "n"];
    const expected = `[${matrix.join(", ")}] or [${[...lead, ...matrix].join(", ")}]`;
    throw new ShapeError("b", expected, formatShape(b.shape));
  }
  const batch = sizeOf(lead);
  const out = tape.empty([...lead, m, n]);
  matmulInto(out.array, a.array, b.array, { m, n, k, transposeA, transposeB, batch, broadcastB: shared });

  tape.record(out, [a, b], (dy) => {
    const da = tape.gradOf(a);
    const db = tape.gradOf(b);
    const accumulate = true;
    if (!shared || batch === 1) {
      if (da) {
        if (!transposeA) {
          matmulInto(da, dy, b.array, { m, n: k, k: n, transposeB: !transposeB, batch, accumulate });
        } else {
          const transposes = { transposeA: transposeB, transposeB: true };
          matmulInto(da, b.array, dy, { m: k, n: m, k: n, ...transposes, batch, accumulate });
        }
      }
      if (db) {
        if (!transposeB) {
          matmulInto(db, a.array, dy, { m: k, n, k: m, transposeA: !transposeA, batch, accumulate });
        } else {
          const transposes = { transposeA: true, transposeB: transposeA };
          matmulInto(db, dy, a.array, { m: n, n: k, k: m, ...transposes, batch, accumulate });
        }
      }
      return;
    }
    if (da && !transposeA) {
      matmulInto(da, dy, b.array, {
        m,
        n: k,
        k: n,
        transposeB: !transposeB,
        batch,
        broadcastB: true,
        accumulate,
      });
    }
    // One b for all: the rows of all products are one long matrix, unless they lie across.
    if (db && !transposeA) {
      const rows = batch * m;
      if (!transposeB) matmulInto(db, a.array, dy, { m: k, n, k: rows, transposeA: true, accumulate });
      else matmulInto(db, dy, a.array, { m: n, n: k, k: rows, transposeA: true, accumulate });
    }
    if (!transposeA) return;
    for (let i = 0; i < batch; i++) {
      const dyi = dy.subarray(i * m * n, (i + 1) * m * n);
      const range = [i * k * m, (i + 1) * k * m] as const;
      if (da) {
        const transposes = { transposeA: transposeB, transposeB: true };
        matmulInto(da.subarray(...range), b.array, dyi, { m: k, n: m, k: n, ...transposes, accumulate });
      }
      if (db && !transposeB) matmulInto(db, a.array.subarray(...range), dyi, { m: k, n, k: m, accumulate });
      if (db && transposeB) {
        const transposes = { transposeA: true, transposeB: true };
        matmulInto(db, dyi, a.array.subarray(...range), { m: n, n: k, k: m, ...transposes, accumulate });
      }
    }
  });
  return out;
}

/** @throws ShapeError */
export function lastTwo(name: string, shape: Shape): readonly [number, number] {
  const [p, q] = shape.slice(-2);
  if (p === undefined || q === undefined)
    throw new ShapeError(name, "two dimensions or more", formatShape(shape));
  return [p, q];
}
