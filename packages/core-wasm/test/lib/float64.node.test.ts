import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { beforeAll, describe, expect, it } from "vitest";
import { noise } from "../variants.js";
import { cosTurns, exp, ln, sinTurns, ulpError } from "./fixedPoint.js";

type Kernel = (yPtr: number, xPtr: number, n: number) => void;

/** Prints what was measured, for the docstrings: ULP=1 npx vitest run test/lib. */
const report = process.env.ULP !== undefined;

describe("float64 functions, in units in the last place", () => {
  const memory = new WebAssembly.Memory({ initial: 64 });
  let kernels: Record<"log" | "exp" | "sin" | "cos", Kernel>;

  beforeAll(async () => {
    let bytes: Uint8Array<ArrayBuffer> | undefined;
    const entry = "assembly/probes/float64.ts";
    const { error } = await asc.main(
      [
        entry,
        "--outFile",
        "float64.wasm",
        "--runtime",
        "stub",
        "--importMemory",
        "--use",
        "abort=",
        "--enable",
        "simd",
      ].concat([
        "--baseDir",
        fileURLToPath(new URL("../..", import.meta.url)),
        "--optimizeLevel",
        "3",
        "--noAssert",
      ]),
      { writeFile: (_, contents) => void (bytes = Uint8Array.from(contents as Uint8Array)) },
    );
    if (error || !bytes) throw new Error("asc failed", { cause: error });
    const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
    kernels = instance.exports as unknown as typeof kernels;
  }, 30_000);

  function evaluate(name: keyof typeof kernels, xs: ArrayLike<number>): Float64Array {
    const n = xs.length + (xs.length % 2);
    const xPtr = 65536; // beyond the module's constants
    new Float64Array(memory.buffer, xPtr, xs.length).set(xs);
    kernels[name](xPtr + 8 * n, xPtr, n);
    return new Float64Array(memory.buffer, xPtr + 8 * n, xs.length).slice();
  }

  function worst(name: keyof typeof kernels, xs: number[], error: (y: number, x: number) => number): number {
    const ys = evaluate(name, xs);
    const errors = xs.map((x, i) => error(ys[i]!, x));
    const at = errors.indexOf(Math.max(...errors));
    if (report) console.log(`${name}: ${errors[at]!.toFixed(4)} ULP at ${xs[at]}, ${xs.length} points`);
    return errors[at]!;
  }

  /** In (0, 1), with all 53 bits in use. */
  const uniforms = Array.from(noise(24_000, 1, 0.5), (a, i) => a + 0.5 + noise(1, i)[0]! * 2 ** -25).filter(
    (u) => u > 0 && u < 1,
  );

  it("log is within 0.9", () => {
    const nearOne = uniforms.flatMap((u, i) =>
      i % 4 === 0 ? [1 - u * 2 ** -(i % 50), 1 + u * 2 ** -(i % 50)] : [],
    );
    const wide = uniforms.filter((_, i) => i % 4 === 1).map((u, i) => u * 2 ** ((i % 2000) - 1000));
    const xs = [
      ...uniforms,
      ...nearOne.filter((x) => x !== 1),
      ...wide,
      2 ** -54,
      1 - 2 ** -53,
      1 + 2 ** -52,
      2 ** -1022,
    ];
    expect(worst("log", xs, (y, x) => ulpError(y, ln(x)))).toBeLessThan(0.9);
    expect([...evaluate("log", [1, 2])]).toEqual([0, Math.LN2]);
  });

  it("exp is within 1", () => {
    const xs = uniforms.flatMap((u, i) => [u * 2 - 1, (u * 2 - 1) * (i % 2 === 0 ? 30 : 708)]);
    const error = (y: number, x: number): number => {
      const { mantissa, exponent } = exp(x);
      return ulpError(
        y / 2 ** Math.trunc(exponent / 2) / 2 ** (exponent - Math.trunc(exponent / 2)),
        mantissa,
      );
    };
    expect(worst("exp", xs, error)).toBeLessThan(1);
  });

  it("exp is right at the ends of its range", () => {
    const xs = [0, -0, Infinity, -Infinity, NaN, 709.78, 709.79, -745.13, -745.14, -1e308, 1e308, -730];
    const ys = evaluate("exp", xs);
    expect([...ys.slice(0, 5)]).toEqual([1, 1, Infinity, 0, NaN]);
    expect(ys[5]).toBeLessThan(Infinity);
    expect([...ys.slice(6, 11)]).toEqual([Infinity, 2 ** -1074, 0, 0, Infinity]);
    expect(Math.abs(ys[11]! - Math.exp(-730))).toBeLessThanOrEqual(2 ** -1074);
  });

  it("sin and cos of turns are within 1.3", () => {
    const nearQuarters = uniforms
      .filter((_, i) => i % 4 === 0)
      .map((u, i) => ((i % 4) + 1) / 4 - u * 2 ** -(i % 40));
    const xs = [
      ...uniforms,
      ...nearQuarters.filter((u) => u > 0 && (4 * u) % 1 !== 0),
      2 ** -54,
      1 - 2 ** -53,
    ];
    expect(worst("sin", xs, (y, u) => ulpError(y, sinTurns(u)))).toBeLessThan(1.3);
    expect(worst("cos", xs, (y, u) => ulpError(y, cosTurns(u)))).toBeLessThan(1.3);
  });

  it("sin and cos are exact at the quarters", () => {
    const quarters = [0, 0.25, 0.5, 0.75, 1];
    expect(Array.from(evaluate("sin", quarters), (y) => y + 0)).toEqual([0, 1, 0, -1, 0]);
    expect(Array.from(evaluate("cos", quarters), (y) => y + 0)).toEqual([1, 0, -1, 0, 1]);
  });
});
