import { kernelNames } from "../generated/kernelNames.js";
import type { CoreExports } from "../generated/exports.js";
import { Arena } from "../runtime/arena.js";
import { UnsupportedError } from "../runtime/errors.js";
import { Frame } from "../runtime/frame.js";
import type { Heap } from "../runtime/heap.js";
import type { LinearMemory } from "../runtime/memory.js";
import type { Part, SplitOptions } from "../runtime/threads.js";
import { cut } from "./cut.js";
import type { Pool } from "./pool.js";
import { type RecordedPart, Recorder } from "./recorder.js";

/** What `Runtime.call` takes. */
export type CallBody = (wasm: CoreExports, frame: Frame) => unknown;

/** Runs calls on the workers alone, one after the other: each kernel that a call's body names is noted, then sent. */
export class Background {
  readonly #pool: Pool;
  readonly #leastPart: number;
  readonly #frame: Frame;
  readonly #wasm: CoreExports;
  readonly #recorder: Recorder = new Recorder();
  /** Of the call in hand: what has to be done before the next may begin, each in parts. */
  #steps: RecordedPart[][] = [];
  #last: Promise<void> = Promise.resolve();

  constructor(pool: Pool, exports: CoreExports, heap: Heap, memory: LinearMemory, leastPart: number) {
    this.#pool = pool;
    this.#leastPart = leastPart;
    this.#wasm = this.#noting(exports);
    this.#frame = new Frame(new Arena(heap), memory, this.#wasm, {
      count: pool.workers,
      split: (length, options, part) => this.#split(length, options, part),
    });
  }

  /** Runs them after those that came before. */
  async run(calls: readonly CallBody[]): Promise<void> {
    const before = this.#last;
    const run = async (): Promise<void> => {
      await before;
      for (const body of calls) await this.#runCall(body);
    };
    const running = run();
    this.#last = running.catch(() => {});
    await running;
  }

  async #runCall(body: CallBody): Promise<void> {
    this.#pool.checkLive();
    const mark = this.#frame.begin();
    try {
      this.#steps = [];
      const result = body(this.#wasm, this.#frame);
      if (result !== undefined) refuse("one that returns a value");
      for (const parts of this.#steps) await this.#pool.runOnWorkers(parts);
      this.#frame.copyOut(mark);
    } finally {
      this.#frame.end(mark);
    }
  }

  #split(length: number, options: SplitOptions, part: Part): void {
    const bounds = cut(length, options, this.#pool.workers, this.#leastPart);
    this.#steps.push(this.#recorder.parts(bounds, part));
  }

  /** In place of each kernel a function that notes the call: a step of one part. */
  #noting(exports: CoreExports): CoreExports {
    const noting: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(exports)) {
      // How much room a kernel needs, and what it would trip over, is known at once; other results would have to be waited for.
      const instant = /Bytes$|Bad/.test(name);
      noting[name] = instant ? value : () => refuse(name);
    }
    for (const name of kernelNames) {
      const note = this.#recorder.kernels[name] as (...parameters: number[]) => void;
      noting[name] = (...parameters: number[]) => {
        this.#steps.push([this.#recorder.part(() => note(...parameters))]);
      };
    }
    return noting as unknown as CoreExports;
  }
}

function refuse(received: string): never {
  const wanted = "kernels that write arrays and return nothing (call the others where you may block)";
  throw new UnsupportedError("body", wanted, received);
}
