import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import {
  addInto,
  defaultRuntime,
  DisposedError,
  fillInto,
  matmul,
  matmulInto,
  RangeError,
  Runtime,
  scaleInto,
  sum,
  ThreadError,
  UnsupportedError,
} from "../../src/index.js";
import { createThreadedRuntime } from "../../src/threads.js";
import { expectRejects, expectThrows } from "../runtime/errors.js";
import { noise } from "../variants.js";
import { compute, mayBlock } from "./compute.js";

const runtime = await createThreadedRuntime({ variant: "simd", threads: 2, leastPart: 0 });
afterAll(() => runtime.dispose());

describe("options", () => {
  it("have defaults: the machine's threads, and no more than 8", async () => {
    const made = await createThreadedRuntime();
    expect(made.threads).toBeGreaterThanOrEqual(1);
    expect(made.threads).toBeLessThanOrEqual(8);
    const x = made.heap.from("f32", [1, 2, 3]);
    scaleInto(x, x, { scale: 2 });
    expect([...x.view]).toEqual([2, 4, 6]);
    made.dispose();
  });

  it("are refused where they make no sense", async () => {
    for (const threads of [0, -1, 1.5, NaN, 257]) {
      await expectRejects(createThreadedRuntime({ threads }), RangeError, "threads");
    }
    await expectRejects(createThreadedRuntime({ leastPart: -1 }), RangeError, "leastPart");
    await expectRejects(createThreadedRuntime({ mainThread: "wait" as never }), RangeError, "mainThread");
    await expectRejects(createThreadedRuntime({ maximumBytes: 1 }), RangeError, "maximumBytes");
    await expectRejects(createThreadedRuntime({ variant: "mmx" as never }), UnsupportedError, "variant");
  });

  it("may name one thread", async () => {
    const made = await createThreadedRuntime({ threads: 1, leastPart: 0 });
    expect(made.threads).toBe(1);
    const x = made.heap.from("f32", noise(1000, 1));
    await made.background(() => scaleInto(x, x, { scale: 2 }));
    addInto(x, x, x);
    expect(x.toArray()).toEqual(noise(1000, 1).map((value) => 4 * value));
    made.dispose();
  });

  it("give up starting when the signal says so", async () => {
    const reason = new Error("changed my mind");
    const early = AbortSignal.abort(reason);
    await expect(createThreadedRuntime({ threads: 2, signal: early })).rejects.toBe(reason);
    const controller = new AbortController();
    const starting = createThreadedRuntime({ threads: 2, signal: controller.signal });
    controller.abort(reason);
    await expect(starting).rejects.toBe(reason);
  });
});

describe("where there are no threads to be had", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  const lacks = {
    "no shared memory": () => vi.stubGlobal("SharedArrayBuffer", undefined),
    "a page that is not isolated": () => vi.stubGlobal("crossOriginIsolated", false),
  };

  it.each(Object.entries(lacks))("%s is an error that names the headers", async (_, take) => {
    take();
    const error = await expectRejects(createThreadedRuntime({ threads: 2 }), UnsupportedError, "threads");
    expect(error.expected).toContain("Cross-Origin-Opener-Policy: same-origin");
    expect(error.expected).toContain("Cross-Origin-Embedder-Policy: require-corp");
  });

  it.each(Object.entries(lacks))(
    "%s leads to one thread if that was asked for, with the reason",
    async (_, take) => {
      take();
      const reasons: UnsupportedError[] = [];
      const made = await createThreadedRuntime({ threads: 2, fallback: (reason) => reasons.push(reason) });
      expect(reasons.map(({ argument }) => argument)).toEqual(["threads"]);
      expect(made.threads).toBe(1);
      expect(made.memory.shared).toBe(false);
      const x = made.heap.from("f32", [1, 2]);
      await made.background(() => scaleInto(x, x, { scale: 3 }));
      expect([...x.view]).toEqual([3, 6]);
      made.dispose();
      expectThrows(() => made.call(() => 0), DisposedError, "runtime");
    },
  );

  it("fallback is for threads alone: other errors stay errors", async () => {
    const fallback = vi.fn<() => void>();
    await expectRejects(
      createThreadedRuntime({ variant: "mmx" as never, fallback }),
      UnsupportedError,
      "variant",
    );
    await expectRejects(createThreadedRuntime({ threads: 0, fallback }), RangeError, "threads");
    expect(fallback).not.toHaveBeenCalled();
  });
});

describe("shared memory", () => {
  it("keeps its views when it grows, and knows them for its own", () => {
    const x = runtime.heap.from("f32", [1, 2, 3, 4]);
    const before = x.view;
    runtime.heap.free(runtime.heap.alloc("u8", runtime.memory.buffer.byteLength + 1));
    expect(x.view.buffer).not.toBe(before.buffer);
    expect([...before]).toEqual([1, 2, 3, 4]);
    runtime.call((_, frame) => expect(frame.inout(before)).toBe(x.ptr));
    expect(runtime.heap.from("f32", before).toArray()).toEqual(Float32Array.of(1, 2, 3, 4));
    expect(x.toArray().buffer).toBeInstanceOf(ArrayBuffer);
  });

  it("grows between calls and for them", async () => {
    const made = await createThreadedRuntime({ threads: 2, leastPart: 0, variant: "simd" });
    const one = Runtime.createSync({ variant: "simd" });
    const small = made.memory.buffer.byteLength;
    for (const size of [40, 200, 500, 41]) {
      const [a, b] = [noise(size * size, 1), noise(size * size, 2)];
      const shape = { m: size, n: size, k: size };
      const out = new Float32Array(size * size);
      await compute(made, () => matmulInto(out, a, b, { ...shape, runtime: made }));
      expect(out).toEqual(matmul(a, b, { ...shape, runtime: one }));
    }
    expect(made.memory.buffer.byteLength).toBeGreaterThan(small);
    made.dispose();
    one.dispose();
  });
});

describe("many calls", () => {
  it("ten thousand small ones in a row are each right", async () => {
    const x = runtime.heap.from("f32", new Float32Array(64));
    const one = runtime.heap.from("f32", new Float32Array(64).fill(1));
    const calls = mayBlock ? 10_000 : 2000;
    for (let i = 0; i < calls; i++) {
      await compute(runtime, () => addInto(x, x, one));
      if (i % 100 === 0) expect(new Set(x.view)).toEqual(new Set([i + 1]));
    }
    expect(new Set(x.view)).toEqual(new Set([calls]));
  });

  it("large and small ones may alternate", async () => {
    const n = 1 << 18;
    const [large, small] = [runtime.heap.alloc("f32", n), runtime.heap.alloc("f32", 32)];
    const [ones, few] = [runtime.heap.alloc("f32", n), runtime.heap.alloc("f32", 32)];
    for (const array of [ones, few]) array.view.fill(1);
    for (let i = 1; i <= 100; i++) {
      await compute(runtime, () => addInto(large, large, ones));
      await compute(runtime, () => addInto(small, small, few));
      expect([large.view[0], large.view[n / 2], large.view[n - 1], small.view[31]]).toEqual([i, i, i, i]);
    }
  });
});

describe("background", () => {
  it("runs its calls in order, those of several bodies too", async () => {
    const x = new Float32Array(100).fill(1);
    const y = runtime.heap.alloc("f32", 100);
    const first = runtime.background(() => {
      scaleInto(x, x, { scale: 2, runtime });
      scaleInto(x, x, { scale: 1, shift: 1, runtime });
      addInto(y, x, x);
    });
    const second = runtime.background(() => scaleInto(y, y, { scale: 10 }));
    await second;
    expect(new Set(x)).toEqual(new Set([3]));
    expect(new Set(y.view)).toEqual(new Set([60]));
    await first;
  });

  it("leaves this thread free, and mixes with calls that are made meanwhile", async () => {
    const size = 384;
    const shape = { m: size, n: size, k: size };
    const { heap } = runtime;
    const [a, b] = [heap.from("f32", noise(size * size, 1)), heap.from("f32", noise(size * size, 2))];
    const outs = Array.from({ length: 8 }, () => heap.alloc("f32", size * size));
    const state = { done: false };
    const running = runtime.background(() => outs.forEach((out) => matmulInto(out, a, b, shape)));
    const noted = running.then(() => (state.done = true));
    let turns = 0;
    const x = heap.from("f32", [0]);
    while (!state.done) {
      await new Promise((resolve) => setTimeout(resolve));
      scaleInto(x, x, { scale: 1, shift: 1 });
      turns++;
    }
    await noted;
    expect(turns).toBeGreaterThan(2);
    expect(x.view[0]).toBe(turns);
    for (const out of outs) expect(out.toArray()).toEqual(outs[0]!.toArray());
    const expected = heap.alloc("f32", size * size);
    await compute(runtime, () => matmulInto(expected, a, b, shape));
    expect(outs[0]!.toArray()).toEqual(expected.toArray());
  });

  it("takes the calls that name no runtime, and none at all", async () => {
    const before = defaultRuntime();
    const out = new Float32Array(3);
    await runtime.background(() => {
      expect(defaultRuntime()).toBe(runtime);
      addInto(out, Float32Array.of(1, 2, 3), Float32Array.of(4, 5, 6));
      expect([...out], "later, not now").toEqual([0, 0, 0]);
    });
    expect([...out]).toEqual([5, 7, 9]);
    await runtime.background(() => {});
    expect(defaultRuntime()).toBe(before);
    before.dispose();
  });

  it("refuses what it cannot do, and goes on", async () => {
    const x = runtime.heap.alloc("f32", 4);
    await expectRejects(
      runtime.background(async () => scaleInto(x, x, { scale: 2 })),
      UnsupportedError,
      "body",
    );
    await expectRejects(
      runtime.background(() => void sum(x)),
      UnsupportedError,
      "body",
    );
    await expectRejects(
      runtime.background(() => runtime.call(() => "a value")),
      UnsupportedError,
      "body",
    );
    await expectRejects(
      runtime.background(() => fillInto(x, { value: "1" as never })),
      RangeError,
      "value",
    );
    await runtime.background(() => fillInto(x, { value: 5 }));
    expect([...x.view]).toEqual([5, 5, 5, 5]);
  });

  it("ends with an error when the runtime is disposed before it is done", async () => {
    const made = await createThreadedRuntime({ threads: 2 });
    const x = made.heap.alloc("f32", 1 << 20);
    const running = made.background(() => {
      for (let i = 0; i < 50; i++) scaleInto(x, x, { scale: 2 });
    });
    setTimeout(() => made.dispose());
    await expectRejects(running, DisposedError, "runtime");
  });
});

describe("a thread that may not block", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  async function make(mainThread?: "throw" | "one-thread"): ReturnType<typeof createThreadedRuntime> {
    vi.spyOn(Atomics, "wait").mockImplementation(() => {
      throw new TypeError("Atomics.wait cannot be called in this context");
    });
    return createThreadedRuntime({ threads: 2, ...(mainThread ? { mainThread } : {}) });
  }

  it("is told what to do instead of waiting for others, and computes in the background", async () => {
    const made = await make();
    const n = 1 << 20;
    const x = made.heap.from("f32", new Float32Array(n).fill(1));
    const error = expectThrows(() => scaleInto(x, x, { scale: 2 }), UnsupportedError, "call");
    expect(error.expected).toContain("background");
    expect(x.view[0], "nothing was written").toBe(1);
    const part = x.subarray(0, 100);
    scaleInto(part, part, { scale: 3 }); // too little to be split
    await made.background(() => scaleInto(x, x, { scale: 2 }));
    expect([x.view[0], x.view[99], x.view[100], x.view[n - 1]]).toEqual([6, 6, 2, 2]);
    expect(Atomics.wait, "but for asking whether it may").toHaveBeenCalledTimes(1);
    made.dispose();
  });

  it("computes alone if it was told to", async () => {
    const made = await make("one-thread");
    const x = made.heap.from("f32", new Float32Array(1 << 20).fill(1));
    scaleInto(x, x, { scale: 2 });
    expect(x.view[1 << 19]).toBe(2);
    expect(Atomics.wait, "but for asking whether it may").toHaveBeenCalledTimes(1);
    made.dispose();
  });
});

describe("a part that traps", () => {
  it("fails the call and every one after it, and leaves the arrays readable", async () => {
    const made = await createThreadedRuntime({ threads: 2, leastPart: 0 });
    const x = made.heap.from("f32", [1, 2, 3]);
    const trap = (): void =>
      made.call((_, frame) =>
        frame.split(2, { nanoseconds: 0 }, (wasm) => wasm.fill(made.memory.maximumBytes - 4, 1, 7)),
      );
    const failed = (async () => compute(made, trap))();
    const error = await expectRejects(failed, ThreadError, "threads");
    expect(error.received).toContain("memory access out of bounds");
    expectThrows(() => scaleInto(x, x, { scale: 2 }), ThreadError, "threads");
    await expectRejects(
      made.background(() => scaleInto(x, x, { scale: 2 })),
      ThreadError,
      "threads",
    );
    expect([...x.toArray()]).toEqual([1, 2, 3]);
    made.dispose();
    expectThrows(() => scaleInto(x, x, { scale: 2, runtime: made }), DisposedError, "runtime");
  });
});

describe("dispose", () => {
  it("ends everything, and again is no harm", async () => {
    const made = await createThreadedRuntime({ threads: 3, leastPart: 0 });
    const x = made.heap.from("f32", noise(100, 1));
    await compute(made, () => scaleInto(x, x, { scale: 2 }));
    made.dispose();
    made.dispose();
    expect(made.disposed).toBe(true);
    expectThrows(() => x.view, DisposedError, "array");
    expectThrows(() => made.call(() => 0), DisposedError, "runtime");
    expectThrows(() => made.memory.buffer, DisposedError, "runtime");
    await expectRejects(
      made.background(() => made.call(() => {})),
      DisposedError,
      "runtime",
    );
  });
});
