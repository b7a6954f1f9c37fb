import { expect, it } from "vitest";
import { randomNormal, RandomStream, RangeError } from "../src/index.js";
import { describeVariants } from "./variants.js";

describeVariants("RandomStream", (runtime) => {
  it("uses no block twice, and starts anew where it stood", () => {
    const stream = new RandomStream({ seed: 6, stream: 1, runtime });
    const [a, b, c] = [new Float32Array(10), new Float32Array(10), new Float64Array(3)];
    stream.uniformInto(a);
    expect(stream.offset).toBe(3);
    stream.normalInto(b, { std: 2 });
    expect(stream.offset).toBe(8);
    stream.gumbelInto(c);
    expect(stream.state).toEqual({ seed: 6, stream: 1, offset: 10 });
    expect(b).toEqual(randomNormal(10, { seed: 6, stream: 1, offset: 3, std: 2, runtime }));

    const resumed = new RandomStream({ ...stream.state, runtime });
    expect(resumed.uniform()).toBe(stream.uniform());
    expect(resumed.normal()).toBe(stream.normal());
    expect(resumed.integer(-3, 3)).toBe(stream.integer(-3, 3));
    const [p, q] = [new Int32Array(9), new Int32Array(9)];
    resumed.permutationInto(p);
    stream.permutationInto(q);
    expect(p).toEqual(q);
    expect(resumed.state).toEqual(stream.state);
    expect(stream.offset).toBe(10 + 3 + 3);
  });

  it("hands blocks out to kernels that draw by themselves", () => {
    const stream = new RandomStream({ seed: 6, offset: 4, runtime });
    expect(stream.take(5)).toEqual({ seed: 6, stream: 0, offset: 4 });
    expect(stream.take(0).offset).toBe(9);
    expect(() => stream.take(Number.MAX_SAFE_INTEGER)).toThrow(RangeError);
    expect(stream.offset).toBe(9);
  });

  it("stays where it is when a draw throws", () => {
    const stream = new RandomStream({ seed: 6, runtime });
    expect(() => stream.normalInto(new Float32Array(4), { std: -1 })).toThrow(RangeError);
    expect(stream.offset).toBe(0);
  });

  it("takes whole numbers below 2⁵³ only", () => {
    for (const bad of [-1, 0.5, NaN, 2 ** 53]) {
      expect(() => new RandomStream({ seed: bad })).toThrow(/seed/);
      expect(() => new RandomStream({ seed: 1, stream: bad })).toThrow(/stream/);
      expect(() => new RandomStream({ seed: 1, offset: bad })).toThrow(RangeError);
    }
  });
});
