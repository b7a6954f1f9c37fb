import fc from "fast-check";
import { expect, it } from "vitest";
import {
  DisposedError,
  DTypeError,
  RangeError,
  ShapeError,
  UnsupportedError,
  word2vecInto,
  word2vecKeepThresholds,
  type Word2VecLane,
  word2vecMergeInto,
  word2vecNegativeTable,
  Word2VecTask,
  word2vecStride,
} from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { chiSquare, chiSquareBound } from "../statistics.js";
import { describeVariants, expectClose, noise } from "../variants.js";
import { build, cases, type Word2VecCase, withTask } from "../word2vecCases.js";

describeVariants("word2vec", (runtime) => {
  const run = { seed: 5, epoch: 3, learningRate: 0.05, learningRateSlope: -2e-5 };
  const long: Word2VecCase = {
    vocabulary: 9,
    dim: 20,
    window: 4,
    architecture: "skipgram",
    objective: "negativeSampling",
    negatives: 5,
    subwords: false,
    subsample: 0.02,
    sentences: [Array.from({ length: 1300 }, (_, i) => (i * i + (i >> 3)) % 9), [], [3], [4, 4, 4]],
    seed: 11,
  };

  /** What the kernel makes of a stretch, cut at these tokens. */
  function trained(
    from: Word2VecCase,
    cuts: number[] = [],
  ): { input: number[]; output: number[]; report: number[] } {
    const { options, input, output } = build(from, runtime);
    const report = new Float64Array(2);
    withTask(options, (task) => {
      const bounds = [0, ...cuts, task.tokens];
      for (let i = 1; i < bounds.length; i++) {
        const [begin, end] = [bounds[i - 1]!, bounds[i]!];
        word2vecInto(task, [{ input, output, begin, end, report }], { ...run, seed: from.seed });
      }
    });
    return { input: [...input], output: [...output], report: [...report] };
  }

  /** The same by the reference. */
  function expected(from: Word2VecCase, rate = run): ReturnType<typeof trained> {
    const { options, input, output } = build(from, runtime);
    const [x, o] = [Float64Array.from(input), Float64Array.from(output)];
    const stretch = { begin: 0, end: options.ids.length, ...rate, seed: from.seed };
    const { loss, predictions } = reference.word2vec(x, o, options, stretch);
    return { input: [...x], output: [...o], report: [loss, predictions] };
  }

  function expectSame(actual: ReturnType<typeof trained>, wanted: ReturnType<typeof trained>): void {
    expect(actual.report[1]).toBe(wanted.report[1]);
    expectClose([actual.report[0]!], [wanted.report[0]!], { relative: 1e-5 });
    expectClose(actual.input, wanted.input, { absolute: 2e-5, relative: 2e-5 });
    expectClose(actual.output, wanted.output, { absolute: 2e-5, relative: 2e-5 });
  }

  it("does what the reference does: both architectures, both objectives, with n-grams and without", () => {
    fc.assert(
      fc.property(cases, (from) => expectSame(trained(from), expected(from))),
      { numRuns: 60 },
    );
  });

  for (const architecture of ["skipgram", "cbow"] as const) {
    for (const objective of ["negativeSampling", "hierarchicalSoftmax"] as const) {
      it(`reads long sentences as the reference does (${architecture}, ${objective})`, () => {
        // A low rate: errors of float32 grow over thousands of steps at a high one.
        const from = { ...long, architecture, objective };
        const gentle = { ...run, learningRate: 0.02, learningRateSlope: -1e-5 };
        const { options, input, output } = build(from, runtime);
        const report = new Float64Array(2);
        withTask(options, (task) =>
          word2vecInto(task, [{ input, output, begin: 0, end: task.tokens, report }], {
            ...gentle,
            seed: 11,
          }),
        );
        const wanted = expected(from, gentle);
        expect(wanted.report[1]).toBeGreaterThan(300);
        expectSame({ input: [...input], output: [...output], report: [...report] }, wanted);
      });
    }
  }

  it("gives the bits of one stretch in any number of them", () => {
    const whole = trained(long);
    expect(trained(long, [1, 2, 511, 512, 513, 700, 1299, 1300, 1301])).toEqual(whole);
    fc.assert(
      fc.property(cases, fc.double({ min: 0, max: 1, noNaN: true }), (from, share) => {
        const cut = Math.floor(share * from.sentences.flat().length);
        expect(trained(from, [cut])).toEqual(trained(from));
      }),
      { numRuns: 30 },
    );
  });

  it("trains lanes side by side as one after the other", () => {
    const { options, input, output } = build(long, runtime);
    const laneAt = (begin: number, end: number): Word2VecLane => ({
      input: input.slice(),
      output: output.slice(),
      begin,
      end,
      report: new Float64Array(2),
    });
    const together = [laneAt(0, 500), laneAt(500, 900), laneAt(900, 1304)];
    const apart = [laneAt(0, 500), laneAt(500, 900), laneAt(900, 1304)];
    withTask(options, (task) => {
      word2vecInto(task, together, run);
      for (const lane of apart) word2vecInto(task, [lane], run);
      word2vecInto(task, [], run);
    });
    expect(together).toEqual(apart);
    expect(together[0]!.input).not.toEqual(together[1]!.input);
  });

  it("draws negatives as often as it should", () => {
    // The target is word 0 always, x = 1 and o = 0, and the rate so low that each draw subtracts half of it.
    const counts = [500, 300, 100, 40, 20, 7, 3, 1];
    const n = counts.length;
    const rate = 2 ** -30;
    const output = new Float32Array(4 * n);
    const report = new Float64Array(2);
    const options = {
      ids: new Int32Array(6000),
      starts: Int32Array.of(0, 6000),
      vocabulary: n,
      dim: 1,
      window: 3,
      architecture: "skipgram" as const,
      negativeSampling: { negatives: 5, table: word2vecNegativeTable(counts, { runtime }) },
      runtime,
    };
    const input = Float32Array.from({ length: 4 * n }, (_, i) => (i % 4 === 0 ? 1 : 0));
    withTask(options, (task) =>
      word2vecInto(task, [{ input, output, begin: 0, end: 6000, report }], {
        seed: 3,
        epoch: 0,
        learningRate: rate,
      }),
    );
    const drawn = counts.map((_, i) => Math.round(-output[4 * i]! / (rate / 2)));
    expect(drawn[0]).toBe(-report[1]!);
    const others = drawn.slice(1);
    const shares = reference.word2vecNegatives(counts);
    const total = others.reduce((sum, count) => sum + count, 0);
    const wanted = shares.slice(1).map((share) => (total * share) / (1 - shares[0]!));
    expect(chiSquare(others, wanted)).toBeLessThan(chiSquareBound(n - 2));
    // And the target itself, which is left out, as often as its share.
    const all = 5 * report[1]!;
    expect(chiSquare([total, all - total], [all * (1 - shares[0]!), all * shares[0]!])).toBeLessThan(
      chiSquareBound(1),
    );
  });

  it("draws each reach of the window as often, and keeps words as often as it should", () => {
    const [tokens, window] = [4000, 5];
    const options = {
      ids: new Int32Array(tokens),
      starts: Int32Array.of(0, tokens),
      vocabulary: 1,
      dim: 4,
      window,
      architecture: "skipgram" as const,
      negativeSampling: { negatives: 1, table: word2vecNegativeTable([1], { runtime }) },
      runtime,
    };
    const predictions = (keep: Uint32Array | undefined, epoch: number): number[] => {
      const [input, output] = [new Float32Array(4), new Float32Array(4)];
      return withTask({ ...options, keep }, (task) =>
        Array.from({ length: tokens - 200 }, (_, i) => {
          const report = new Float64Array(2);
          const lane = { input, output, begin: i + 100, end: i + 101, report };
          word2vecInto(task, [lane], { seed: 8, epoch, learningRate: 0 });
          return report[1]!;
        }),
      );
    };
    const reaches = Array<number>(window).fill(0);
    for (const count of predictions(undefined, 0)) reaches[count / 2 - 1]!++;
    const even = Array<number>(window).fill((tokens - 200) / window);
    expect(chiSquare(reaches, even)).toBeLessThan(chiSquareBound(window - 1));
    const kept = predictions(Uint32Array.of(0.3 * 2 ** 32), 1).filter((count) => count > 0).length;
    const wanted = [0.3, 0.7].map((share) => share * (tokens - 200));
    expect(chiSquare([kept, tokens - 200 - kept], wanted)).toBeLessThan(chiSquareBound(1));
    expect(predictions(Uint32Array.of(0), 1).every((count) => count === 0)).toBe(true);
  });

  it("draws anew in another epoch, and by another seed", () => {
    const { options } = build(long, runtime);
    const drawn = (seed: number, epoch: number): string => {
      const stretch = { begin: 0, end: 300, learningRate: 0, seed, epoch };
      return JSON.stringify([...reference.word2vecPredictions(options, stretch)]);
    };
    expect(new Set([drawn(1, 0), drawn(1, 1), drawn(2, 0), drawn(2 ** 52, 0)]).size).toBe(4);
    const results = [0, 1, 2].map((seed) => trained({ ...long, seed: 1000 * seed }).input);
    expect(results[0]).not.toEqual(results[1]);
  });

  it("leaves what is behind dim at zero, and what it has no business with alone", () => {
    const from = { ...long, dim: 5, subwords: true };
    const { options, input, output } = build(from, runtime);
    const resident = [runtime.heap.from("f32", input), runtime.heap.from("f32", output)] as const;
    const report = runtime.heap.alloc("f64", 2);
    withTask(options, (task) =>
      word2vecInto(task, [{ input: resident[0], output: resident[1], begin: 0, end: 1304, report }], run),
    );
    for (const array of resident) {
      const values = array.toArray();
      expect(values.some((value, i) => i % 8 >= 5 && value !== 0)).toBe(false);
      expect(values.every((value) => Number.isFinite(value))).toBe(true);
    }
    const copied = [input.slice(), output.slice()] as const;
    const added = Float64Array.of(1, 2);
    withTask(options, (task) =>
      word2vecInto(task, [{ input: copied[0], output: copied[1], begin: 0, end: 1304, report: added }], run),
    );
    expect(resident[0].toArray()).toEqual(copied[0]);
    expect(resident[1].toArray()).toEqual(copied[1]);
    expect(added[1]).toBe(report.view[1]! + 2);
    // The n-grams' rows that no word has.
    const used = new Set(options.inputRows!.rows);
    for (let row = 0; row < input.length / 8; row++) {
      if (!used.has(row)) {
        expect(copied[0].subarray(8 * row, 8 * row + 8)).toEqual(input.subarray(8 * row, 8 * row + 8));
      }
    }
    for (const array of [...resident, report]) runtime.heap.free(array);
  });

  it("gives these bits in every engine", () => {
    if (runtime.variant !== "simd") return;
    const bits = [];
    for (const architecture of ["skipgram", "cbow"] as const) {
      for (const objective of ["negativeSampling", "hierarchicalSoftmax"] as const) {
        const { input, output, report } = trained({ ...long, architecture, objective });
        const bytes = new Uint8Array(Float64Array.from([...input, ...output, ...report]).buffer);
        bits.push(bytes.reduce((h, byte) => Math.imul(h ^ byte, 0x01000193) >>> 0, 0x811c9dc5).toString(16));
      }
    }
    expect(bits).toEqual(["5002e9f8", "c59df325", "542bc525", "4e4388d1"]);
  });

  it("tells a loss that is no number, and stands predictions beyond doubt", () => {
    const { options, input, output } = build({ ...long, subsample: 0 }, runtime);
    const lossOf = (scale: number): number => {
      const report = new Float64Array(2);
      const [x, o] = [input.map((value) => value * scale), output.map((value) => value * scale)];
      withTask(options, (task) =>
        word2vecInto(task, [{ input: x, output: o, begin: 0, end: 50, report }], { ...run, learningRate: 0 }),
      );
      return report[0]!;
    };
    expect(lossOf(1000)).toBeGreaterThan(1e6);
    expect(lossOf(1000)).toBeLessThan(1e12);
    expect(lossOf(0)).toBeCloseTo(withTaskPredictions() * 6 * Math.LN2, 3);
    expect(lossOf(NaN)).toBeNaN();

    /** ln 2 for the target and for each negative that is not the target. */
    function withTaskPredictions(): number {
      let outputs = 0;
      for (const { labels } of reference.word2vecPredictions(options, { begin: 0, end: 50, ...run })) {
        outputs += labels.length;
      }
      return outputs / 6;
    }
  });

  it("merges lanes: sums of what few steps moved, means of what many did", () => {
    fc.assert(
      fc.property(
        fc.record({
          rows: fc.nat(40),
          stride: fc.constantFrom(4, 8, 20),
          count: fc.integer({ min: 1, max: 5 }),
          halfway: fc.constantFrom(1e-3, 1, 1000),
          seed: fc.nat(1000),
        }),
        ({ rows, stride, count, halfway, seed }) => {
          const before = noise(rows * stride, seed);
          const lanes = Array.from({ length: count }, (_, i) => noise(rows * stride, seed + i + 1));
          const touches = noise(rows, seed + 9, 50).map((n) => Math.max(n, 0));
          const weights = before.slice();
          const copies = lanes.map((lane) => lane.slice());
          word2vecMergeInto(weights, copies, touches, { rows, stride, halfway, runtime });
          expectClose(weights, reference.word2vecMerge(before, lanes, touches, { stride, halfway }));
          for (const [l, copy] of copies.entries()) {
            const wanted = weights.map((w, i) => (touches[Math.floor(i / stride)] === 0 ? lanes[l]![i]! : w));
            expect(copy).toEqual(wanted);
          }
        },
      ),
    );
    const merged = (touches: number): number => {
      const weights = Float32Array.of(1, 1, 1, 1);
      const lanes = [Float32Array.of(2, 2, 2, 2), Float32Array.of(4, 4, 4, 4)];
      word2vecMergeInto(weights, lanes, Float32Array.of(touches), {
        rows: 1,
        stride: 4,
        halfway: 10,
        runtime,
      });
      return weights[0]!;
    };
    expect(merged(0)).toBe(1);
    expect(merged(1e-12)).toBe(5);
    expect(merged(1e12)).toBeCloseTo(3, 6);
  });

  it("keeps frequent words as word2vec.c does", () => {
    const likely = (counts: number[], subsample: number): number[] =>
      Array.from(word2vecKeepThresholds(counts, { subsample }), (threshold) => (threshold + 1) / 2 ** 32);
    expect(likely([1, 99], 1e-3)[0]).toBeCloseTo(0.41623, 5);
    expect(likely([1, 999_999], 1e-3)[0]).toBe(1);
    expect(likely([5, 5], 0)).toEqual([1, 1]);
    const counts = Array.from({ length: 50 }, (_, i) => 1000 / (i + 1));
    expectClose(likely(counts, 0.01), reference.word2vecKeep(counts, { subsample: 0.01 }), {
      relative: 1e-9,
    });
  });

  it("makes tables that draw counts to a power, to 32 bits", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 1, maxLength: 60 }),
        fc.constantFrom(0, 0.5, 0.75, 1, -1),
        (counts, power) => {
          const table = word2vecNegativeTable(counts, { power, runtime });
          const drawn = Array<number>(counts.length).fill(0);
          for (let i = 0; i < counts.length; i++) {
            const own = (table[2 * i]! + 1) / 2 ** 32;
            drawn[i]! += own / counts.length;
            drawn[table[2 * i + 1]!]! += (1 - own) / counts.length;
          }
          const wanted = reference.word2vecNegatives(counts, { power });
          expectClose(drawn, wanted, { relative: 1e-9, absolute: 1e-9 });
        },
      ),
    );
    expect(word2vecNegativeTable([], { runtime })).toEqual(new Uint32Array(0));
  });

  it("gives its memory back", () => {
    const { options } = build({ ...long, subwords: true }, runtime);
    withTask(options, () => {});
    const before = runtime.heap.bytesInUse;
    for (let i = 0; i < 5; i++) trained(long);
    const task = new Word2VecTask(options);
    expect(runtime.heap.bytesInUse).toBeGreaterThan(before);
    task.dispose();
    task.dispose();
    expect(task.disposed).toBe(true);
    expect(runtime.heap.bytesInUse).toBe(before);
    expect(() => word2vecInto(task, [], run)).toThrow(DisposedError);
  });

  it("throws before it writes", () => {
    const { options, input, output } = build({ ...long, subwords: true }, runtime);
    const task = new Word2VecTask(options);
    const report = new Float64Array(2);
    const good: Word2VecLane = { input, output, begin: 0, end: 10, report };
    const before = [input.slice(), output.slice()];
    const train =
      (lane: object, other: object = {}) =>
      (): void =>
        word2vecInto(task, [good, { ...good, ...lane }], { ...run, ...other });
    expect(train({ input: input.subarray(20) })).toThrow(ShapeError);
    expect(train({ output: output.subarray(1) })).toThrow(ShapeError);
    expect(train({ output: new Float64Array(180) })).toThrow(DTypeError);
    expect(train({ report: new Float64Array(1) })).toThrow(ShapeError);
    expect(train({ begin: 11 })).toThrow(RangeError);
    expect(train({ end: 1305 })).toThrow(/end/);
    expect(train({ begin: -1 })).toThrow(/begin/);
    expect(train({}, { seed: -1 })).toThrow(/seed/);
    expect(train({}, { epoch: 0.5 })).toThrow(/epoch/);
    expect(train({}, { learningRate: NaN })).toThrow(/learningRate/);
    expect(train({}, { learningRateSlope: Infinity })).toThrow(/learningRateSlope/);
    expect([input, output]).toEqual(before);
    task.dispose();

    const make = (other: object) => (): Word2VecTask => new Word2VecTask({ ...options, ...other });
    const { negativeSampling, inputRows } = options;
    expect(make({ starts: Int32Array.of(0, 5, 3, 1304) })).toThrow(/starts\[2\]/);
    expect(make({ starts: Int32Array.of(0, 1303) })).toThrow(/starts\[1\]/);
    expect(make({ starts: Int32Array.of(1, 1304) })).toThrow(/starts\[0\]/);
    expect(make({ starts: undefined })).toThrow(DTypeError);
    expect(make({ ids: [1, 2] })).toThrow(DTypeError);
    expect(make({ vocabulary: 0 })).toThrow(/vocabulary/);
    expect(make({ dim: 0 })).toThrow(/dim/);
    expect(make({ window: 0 })).toThrow(/window/);
    expect(make({ architecture: "both" })).toThrow(/architecture/);
    expect(make({ keep: new Uint32Array(8) })).toThrow(ShapeError);
    expect(make({ negativeSampling: undefined })).toThrow(UnsupportedError);
    expect(make({ hierarchicalSoftmax: { starts: new Int32Array(10) } })).toThrow(UnsupportedError);
    expect(make({ negativeSampling: { ...negativeSampling, negatives: 0 } })).toThrow(/negatives/);
    const table = negativeSampling!.table.slice();
    table[5] = 9;
    expect(make({ negativeSampling: { negatives: 5, table } })).toThrow(/table\[5\]/);
    const rows = inputRows!.rows.slice();
    rows[1] = -1;
    expect(make({ inputRows: { ...inputRows, rows } })).toThrow(/rows\[1\]/);
    const none = inputRows!.starts.slice();
    none[1] = 0;
    expect(make({ inputRows: { ...inputRows, starts: none } })).toThrow(/rows of word 0/);
    const paths = {
      starts: Int32Array.of(...Array(9).fill(0), 1),
      nodes: Int32Array.of(-1),
      codes: Uint8Array.of(0),
    };
    const softmax = (other: object): object => ({
      negativeSampling: undefined,
      hierarchicalSoftmax: { ...paths, ...other },
    });
    expect(make(softmax({}))).toThrow(/nodes\[0\]/);
    expect(make(softmax({ nodes: Int32Array.of(0), codes: Uint8Array.of(2) }))).toThrow(/codes\[0\]/);
    expect(make(softmax({ nodes: new Int32Array(2) }))).toThrow(/starts/);

    const merge = (other: object) => (): void =>
      word2vecMergeInto(new Float32Array(8), [new Float32Array(8)], new Float32Array(2), {
        ...{ rows: 2, stride: 4, halfway: 1, runtime },
        ...other,
      });
    expect(merge({})).not.toThrow();
    expect(merge({ stride: 2, rows: 4 })).toThrow(/stride/);
    expect(merge({ rows: 3 })).toThrow(ShapeError);
    expect(merge({ halfway: 0 })).toThrow(/halfway/);
    expect(() => word2vecStride(0)).toThrow(/dim/);
    expect(word2vecStride(5)).toBe(8);
    expect(() => word2vecKeepThresholds([1, 0], { subsample: 1e-3 })).toThrow(/counts\[1\]/);
    expect(() => word2vecKeepThresholds([1], { subsample: -1 })).toThrow(/subsample/);
    expect(() => word2vecNegativeTable([NaN], { runtime })).toThrow(/counts\[0\]/);
    expect(() => word2vecNegativeTable([1], { power: 9, runtime })).toThrow(/power/);
  });
});
