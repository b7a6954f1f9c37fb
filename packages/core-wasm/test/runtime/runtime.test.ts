import { afterEach, describe, expect, it } from "vitest";
import {
  Arena,
  containerMaxArea,
  defaultRuntime,
  DisposedError,
  embedding,
  gruForward,
  Heap,
  init,
  LinearMemory,
  lstmForward,
  matmul,
  OutOfMemoryError,
  RangeError,
  rnnForward,
  Runtime,
  runtimeFor,
  UnsupportedError,
} from "../../src/index.js";
import { noise } from "../variants.js";
import { expectRejects, expectThrows } from "./errors.js";

const page = 65536;

describe("exhaustion", () => {
  it("is a typed error, nothing is lost, and the runtime stays usable", () => {
    const runtime = Runtime.createSync({ maximumBytes: 8 * page });
    const { heap, arena, memory } = runtime;
    const values = noise(20_000, 1);
    const kept = heap.from("f32", values);
    const attempts = [
      () => heap.alloc("u8", 8 * page),
      () => heap.from("u8", new Uint8Array(8 * page)),
      () => arena.alloc("f64", page),
      () => heap.alloc("f32", 2 ** 40),
      () => containerMaxArea(new Uint32Array(2 * page), { runtime }),
    ];
    const fail = (): number => {
      for (const attempt of attempts) {
        expect(expectThrows(attempt, OutOfMemoryError, "memory").expected).toContain(String(8 * page));
        expect(kept.toArray()).toEqual(values);
      }
      return heap.bytesInUse;
    };
    expect(fail()).toBe(fail());
    expect(memory.buffer.byteLength).toBeLessThanOrEqual(8 * page);
    const small = heap.from("u32", [1, 8, 6, 2, 5, 4, 8, 3, 7]);
    expect(containerMaxArea(small)).toMatchObject({ area: 49 });
    expect(arena.alloc("f32", 4).view.length).toBe(4);
    runtime.dispose();
  });

  it("can be filled to the last page, emptied and filled again", () => {
    // So many that growth by an eighth stops short of the end.
    const runtime = Runtime.createSync({ maximumBytes: 100 * page });
    const fill = (): number => {
      const blocks = [];
      try {
        for (;;) blocks.push(runtime.heap.alloc("u8", 4096));
      } catch (error) {
        expect(error).toBeInstanceOf(OutOfMemoryError);
      }
      for (const block of blocks) runtime.heap.free(block);
      return blocks.length;
    };
    const count = fill();
    expect(count * 4096).toBeGreaterThan(99 * page - 4096);
    expect(fill()).toBe(count);
    expect(runtime.memory.buffer.byteLength).toBe(100 * page);
    runtime.dispose();
  });

  it("refuses a limit that makes no sense", () => {
    for (const maximumBytes of [0, page, 2 ** 32 + 1, NaN, -1]) {
      expectThrows(() => Runtime.createSync({ maximumBytes }), RangeError, "maximumBytes");
    }
  });
});

describe("dispose", () => {
  it("ends everything that the runtime made, and again is no harm", () => {
    const runtime = Runtime.createSync();
    const kept = runtime.heap.from("u32", [3, 4]);
    const freed = runtime.heap.alloc("f32", 4);
    runtime.heap.free(freed);
    const short = runtime.arena.alloc("f32", 4);
    const own = new Arena(runtime.heap);
    own.alloc("f32", 4);
    const { view } = kept;
    expect(runtime.disposed).toBe(false);
    runtime.dispose();
    runtime.dispose();
    expect(runtime.disposed).toBe(true);
    expect(view.length, "views let go of the memory").toBe(0);
    for (const array of [kept, short]) {
      expectThrows(() => array.ptr, DisposedError, "array");
      expectThrows(() => array.view, DisposedError, "array");
      expectThrows(() => array.toArray(), DisposedError, "array");
    }
    for (const use of [
      () => runtime.heap.alloc("f32", 4),
      () => runtime.heap.allocBytes(page),
      () => runtime.arena.alloc("f32", 4),
      () => own.alloc("f32", 4),
      () => runtime.memory.buffer,
      () => runtime.memory.wasm,
      () => runtime.call(() => 0),
      () => containerMaxArea(kept),
      () => containerMaxArea(new Uint32Array(2), { runtime }),
    ]) {
      expectThrows(use, DisposedError, "runtime");
    }
    runtime.heap.free(kept);
    runtime.arena.reset();
    runtime.arena.dispose();
    own.dispose();
  });

  it("goes by the engine's name for it too", () => {
    const runtime = Runtime.createSync();
    if (Symbol.dispose) runtime[Symbol.dispose]();
    else runtime.dispose();
    expect(runtime.disposed).toBe(true);
  });

  it("leaves other runtimes alone", () => {
    const [a, b] = [Runtime.createSync(), Runtime.createSync()];
    const array = b.heap.from("u32", [1, 1]);
    a.dispose();
    expect(containerMaxArea(array).area).toBe(1);
    b.dispose();
  });
});

describe("the default runtime", () => {
  afterEach(() => defaultRuntime().dispose());

  it("is made on first use, once, and anew after it was disposed", () => {
    const first = defaultRuntime();
    expect(defaultRuntime()).toBe(first);
    expect(containerMaxArea(Uint32Array.of(2, 3)).area).toBe(2);
    first.dispose();
    const second = defaultRuntime();
    expect(second).not.toBe(first);
    expect(second.disposed).toBe(false);
  });

  it("is what init makes, however many wait for it", async () => {
    const made = await Promise.all([init(), init(), init()]);
    expect(new Set([...made, await init(), defaultRuntime()]).size).toBe(1);
  });

  it("is made as init's options say", async () => {
    const runtime = await init({ variant: "simd", maximumBytes: 16 * page });
    expect(runtime.variant).toBe("simd");
    expect(runtime.memory.maximumBytes).toBe(16 * page);
    expect(defaultRuntime()).toBe(runtime);
    expect(await init()).toBe(runtime);
  });

  it("does not change under those who use it", async () => {
    const runtime = defaultRuntime();
    await expectRejects(init({ variant: "simd" }), UnsupportedError, "options");
    expect(defaultRuntime()).toBe(runtime);
    runtime.dispose();
    expect((await init({ variant: "simd" })).variant).toBe("simd");
  });

  it("is never made in two ways at once", async () => {
    const starting = init({ variant: "simd" });
    await expectRejects(init({ maximumBytes: 16 * page }), UnsupportedError, "options");
    const made = await starting;
    expect(await init()).toBe(made);
    made.dispose();
    const waiting = init({ variant: "simd" });
    const impatient = defaultRuntime();
    await expectRejects(waiting, UnsupportedError, "options");
    expect(defaultRuntime()).toBe(impatient);
    expect(impatient.disposed).toBe(false);
  });

  it("can be asked for again after it could not be made", async () => {
    await expectRejects(init({ maximumBytes: 1 }), RangeError, "maximumBytes");
    expect((await init({ variant: "simd" })).variant).toBe("simd");
  });
});

it("runs a call where its arrays live, unless another runtime is named", () => {
  const [a, b] = [Runtime.createSync(), Runtime.createSync()];
  const [inA, inB] = [a.heap.alloc("f32", 1), b.heap.alloc("f32", 1)];
  expect(runtimeFor(undefined, new Float32Array(1), undefined, inB)).toBe(b);
  expect(runtimeFor(a, inB)).toBe(a);
  expect(runtimeFor(undefined, new Float32Array(1))).toBe(defaultRuntime());
  const heights = b.heap.alloc("u32", 2);
  const error = expectThrows(() => containerMaxArea(heights, { runtime: a }), RangeError, "array");
  expect(error.received).toBe("another runtime's");
  // A heap that someone made for himself has a memory, but no kernels.
  const stray = new Heap(new LinearMemory(2 * page), 0).alloc("u32", 2);
  expectThrows(() => containerMaxArea(stray), RangeError, "array");
  expect(inA.view.length).toBe(1);
  a.dispose();
  b.dispose();
  defaultRuntime().dispose();
});

it("has a typed error for results that no array holds", () => {
  const x = new Float32Array(1);
  const ids = new Int32Array(1);
  const huge = 2 ** 32 - 1;
  expectThrows(() => matmul(x, x, { m: huge, n: huge, k: 1 }), OutOfMemoryError, "memory");
  const table = { count: huge, dim: huge, vocabulary: 1 };
  expectThrows(() => embedding(x, ids, table), OutOfMemoryError, "memory");
  const sizes = { steps: huge, batch: huge, inputs: 1, hidden: 1 };
  for (const forward of [rnnForward, gruForward, lstmForward]) {
    expectThrows(() => forward({ x, wIh: x, wHh: x }, sizes), OutOfMemoryError, "memory");
  }
});
