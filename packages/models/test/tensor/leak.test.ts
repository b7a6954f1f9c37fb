import { RandomStream, type Runtime } from "@lanewise/core-wasm";
import { expect, it } from "vitest";
import { crossEntropy } from "../../src/losses/index.js";
import { collectParameters, disposeParameters, Dropout, Embedding, Linear } from "../../src/nn/index.js";
import { AdamW, clipGradNorm, cosine, noDecay } from "../../src/optim/index.js";
import { geluTanh, reshape, Tape } from "../../src/tensor/index.js";
import { describeVariants } from "../variants.js";

/** A small network that learns to add two digits, everything of this floor in it. */
function train(
  runtime: Runtime,
  steps: number,
  afterStep: (step: number, loss: number, tape: Tape) => void,
): void {
  const init = new RandomStream({ seed: 1 });
  const data = new RandomStream({ seed: 1, stream: 1 });
  const digits = new Embedding(runtime, { vocabulary: 10, dim: 8 }, init);
  const hidden = new Linear(runtime, { inputs: 16, outputs: 32 }, init);
  const head = new Linear(runtime, { inputs: 32, outputs: 19 }, init);
  const dropout = new Dropout({ p: 0.05, stream: new RandomStream({ seed: 1, stream: 2 }) });
  const parameters = collectParameters({ digits, hidden, head });
  const optimizer = new AdamW(parameters, { weightDecay: 0.01, groups: [noDecay] });
  const schedule = cosine({ peak: 0.02, floor: 1e-3, warmup: 10, steps });
  const tape = new Tape({ runtime });
  const ids = new Int32Array(128);
  for (let step = 0; step < steps; step++) {
    const loss = tape.run(() => {
      data.integersInto(ids, { low: 0, high: 10 });
      const sums = Array.from({ length: 64 }, (_, i) => ids[2 * i]! + ids[2 * i + 1]!);
      const pairs = reshape(tape, digits.forward(tape, ids), [64, 16]);
      const features = dropout.forward(tape, geluTanh(tape, hidden.forward(tape, pairs)));
      const loss = crossEntropy(tape, head.forward(tape, features), sums);
      optimizer.zeroGrad();
      tape.backward(loss);
      return loss.item();
    });
    clipGradNorm(parameters, 1);
    optimizer.step({ learningRate: schedule(step) });
    afterStep(step, loss, tape);
  }
  tape.dispose();
  optimizer.dispose();
  disposeParameters(parameters);
}

describeVariants("training", (runtime) => {
  it("learns, and takes no more memory after its first steps", () => {
    const { bytesInUse } = runtime.heap;
    const losses: number[] = [];
    let settled: unknown;
    train(runtime, 500, (step, loss, tape) => {
      losses.push(loss);
      const memory = {
        heap: runtime.heap.bytesInUse,
        arena: tape.arena.bytesReserved,
        buffer: runtime.memory.buffer.byteLength,
      };
      if (step === 10) settled = memory;
      else if (step > 10) expect(memory).toEqual(settled);
    });
    expect(losses[0]).toBeGreaterThan(2.5);
    expect(losses.slice(-20).reduce((sum, loss) => sum + loss / 20, 0)).toBeLessThan(0.2);
    // Scratch memory that kernels keep for their calls stays with the runtime: taken by the first run, used by the next.
    const kept = runtime.heap.bytesInUse;
    train(runtime, 20, () => {});
    expect(runtime.heap.bytesInUse).toBe(kept);
    expect(kept - bytesInUse).toBeLessThan(4 << 20);
  });

  it("gives the same bits again", () => {
    const runs = [0, 1].map(() => {
      const losses: number[] = [];
      train(runtime, 30, (_step, loss) => losses.push(loss));
      return losses;
    });
    expect(runs[1]).toEqual(runs[0]);
  });
});
