import { DisposedError, RangeError, type Runtime, ShapeError } from "@lanewise/core-wasm";
import { expect, it } from "vitest";
import {
  Adam,
  type AdamOptions,
  AdamW,
  clipGradNorm,
  noDecay,
  type Optimizer,
  Sgd,
} from "../../src/optim/index.js";
import { Parameter, square, sub, sum, Tape } from "../../src/tensor/index.js";
import { det, torch } from "../golden.js";
import { describeVariants, expectClose, noise } from "../variants.js";

type Parameters = Map<string, Parameter>;

function disposeAll(parameters: Parameters, ...optimizers: Optimizer[]): void {
  for (const optimizer of optimizers) optimizer.dispose();
  for (const parameter of parameters.values()) parameter.dispose();
}

/** Two matrices and a bias, with gradients. */
function some(runtime: Runtime): Parameters {
  const parameters = new Map([
    ["a.weight", new Parameter(runtime, [3, 5], noise(15, 1))],
    ["a.bias", new Parameter(runtime, [5], noise(5, 2))],
    ["b.weight", new Parameter(runtime, [2, 9], noise(18, 3))],
  ]);
  setGradients(parameters, 0);
  return parameters;
}

function setGradients(parameters: Parameters, seed: number): void {
  let i = 0;
  for (const parameter of parameters.values())
    parameter.ensureGrad().set(noise(parameter.size, 10 * seed + i++));
}

const values = (parameters: Parameters): number[][] =>
  Array.from(parameters.values(), (p) => Array.from(p.toArray()));

describeVariants("Adam and AdamW", (runtime) => {
  const traces = { adam: Adam, adamw: AdamW } as const;
  for (const [name, Kind] of Object.entries(traces)) {
    it(`${name} follows PyTorch's trace`, () => {
      const p = new Parameter(runtime, [6], det(6, 8, 1));
      const parameters = new Map([["p", p]]);
      const options: AdamOptions = {
        learningRate: 0.01,
        beta1: 0.9,
        beta2: 0.95,
        epsilon: 1e-8,
        weightDecay: 0.1,
      };
      const optimizer = new Kind(parameters, options);
      const tape = new Tape({ runtime });
      for (const expected of torch[name as keyof typeof traces].trace) {
        optimizer.zeroGrad();
        tape.run(() => tape.backward(sum(tape, square(tape, sub(tape, p, tape.input(det(6, 9, 1), [6]))))));
        optimizer.step();
        expectClose(p.toArray(), expected, { relative: 1e-5, absolute: 1e-6 });
      }
      expect(optimizer.stepCount).toBe(10);
      tape.dispose();
      disposeAll(parameters, optimizer);
    });
  }

  it("takes the first step of the learning rate's size, whatever the gradient's", () => {
    const parameters = some(runtime);
    const before = values(parameters);
    const optimizer = new Adam(parameters, { learningRate: 0.01 });
    optimizer.step();
    values(parameters).forEach((after, i) => {
      const moved = after.map((value, j) => Math.abs(value - before[i]![j]!));
      expectClose(
        moved,
        moved.map(() => 0.01),
        { relative: 1e-4, absolute: 1e-7 },
      );
    });
    disposeAll(parameters, optimizer);
  });

  it("decays by 0.01 as AdamW and by nothing as Adam unless told, and without bias correction starts small", () => {
    const parameters = new Map([["p", new Parameter(runtime, [1], [1])]]);
    const p = parameters.get("p")!;
    p.ensureGrad();
    const stepFrom1 = (optimizer: Optimizer): number => {
      p.array.set([1]);
      optimizer.step({ learningRate: 0.5 });
      optimizer.dispose();
      return p.toArray()[0]!;
    };
    expect(stepFrom1(new AdamW(parameters))).toBe(Math.fround(1 - 0.5 * 0.01));
    expect(stepFrom1(new AdamW(parameters, { weightDecay: undefined }))).toBe(Math.fround(1 - 0.5 * 0.01));
    expect(stepFrom1(new Adam(parameters))).toBe(1);
    p.grad!.set([1]);
    expectClose(
      [stepFrom1(new Adam(parameters, { biasCorrection: false }))],
      [1 - (0.5 * 0.1) / Math.sqrt(0.001)],
    );
    disposeAll(parameters);
  });

  it("gives groups their own decay and rate: the first that matches", () => {
    const parameters = some(runtime);
    for (const parameter of parameters.values()) parameter.zeroGrad();
    const before = values(parameters);
    const optimizer = new AdamW(parameters, {
      learningRate: 0.5,
      weightDecay: 0.25,
      groups: [noDecay, { match: (name) => name.startsWith("a."), learningRateScale: 0.5, weightDecay: 1 }],
    });
    optimizer.step();
    const after = values(parameters);
    [1 - 0.5 * 0.5 * 1, 1, 1 - 0.5 * 0.25].forEach((factor, i) => {
      expectClose(
        after[i]!,
        before[i]!.map((value) => value * factor),
        { absolute: 1e-7 },
      );
    });
    disposeAll(parameters, optimizer);
  });

  it("resumes bit for bit", () => {
    const [whole, parts] = [some(runtime), some(runtime)];
    const options = { learningRate: 0.02, weightDecay: 0.1, groups: [noDecay] };
    const uninterrupted = new AdamW(whole, options);
    let optimizer = new AdamW(parts, options);
    for (let step = 0; step < 9; step++) {
      if (step === 4) {
        const saved = new Map([...optimizer.state()].map(([name, moment]) => [name, moment.toArray()]));
        const { stepCount } = optimizer;
        optimizer.dispose();
        optimizer = new AdamW(parts, options);
        optimizer.load(saved, stepCount);
        expect(optimizer.stepCount).toBe(4);
      }
      setGradients(whole, step);
      setGradients(parts, step);
      uninterrupted.step({ learningRate: 0.01 * step });
      optimizer.step({ learningRate: 0.01 * step });
    }
    expect(values(parts)).toEqual(values(whole));
    for (const [name, moment] of uninterrupted.state()) {
      expect([...optimizer.state().get(name)!.toArray()]).toEqual([...moment.toArray()]);
    }
    disposeAll(whole, uninterrupted);
    disposeAll(parts, optimizer);
  });

  it("names its moments as PyTorch does, and loads nothing else", () => {
    const parameters = some(runtime);
    const optimizer = new AdamW(parameters);
    const state = optimizer.state();
    expect([...state.keys()]).toEqual(
      ["a.weight", "a.bias", "b.weight"].flatMap((name) => [`exp_avg.${name}`, `exp_avg_sq.${name}`]),
    );
    optimizer.step();
    const kept = new Map([...state].map(([name, moment]) => [name, moment.toArray()]));
    const other = new Map<string, ArrayLike<number>>(
      [...kept].map(([name, { length }]) => [name, noise(length, 9)]),
    );
    const first = "exp_avg.a.weight";
    expect(() => optimizer.load(new Map([...other].slice(1)), 1)).toThrow(/exp_avg\.a\.weight/);
    expect(() => optimizer.load(new Map([...other, ["exp_avg.c", [1]]]), 1)).toThrow(RangeError);
    expect(() => optimizer.load(new Map([...other, [first, [1]]]), 1)).toThrow(ShapeError);
    expect(() => optimizer.load(other, -1)).toThrow(RangeError);
    for (const [name, moment] of state) expect([...moment.toArray()]).toEqual([...kept.get(name)!]);
    const second = new AdamW(parameters);
    second.load(state, 1);
    expect([...second.state().get(first)!.toArray()]).toEqual([...kept.get(first)!]);
    disposeAll(parameters, optimizer, second);
  });

  it("passes over what is frozen or has no gradient", () => {
    const parameters = some(runtime);
    parameters.get("a.bias")!.requiresGrad = false;
    parameters.set("fresh", new Parameter(runtime, [2, 2], [1, 2, 3, 4]));
    const optimizer = new AdamW(parameters, { learningRate: 0.1 });
    expect([...optimizer.state().keys()]).not.toContain("exp_avg.a.bias");
    const before = values(parameters);
    optimizer.step();
    const after = values(parameters);
    expect(after.map((now, i) => now.every((value, j) => value === before[i]![j]))).toEqual([
      false,
      true,
      false,
      true,
    ]);
    disposeAll(parameters, optimizer);
  });

  it("clears gradients, gives memory back, and ends", () => {
    const parameters = some(runtime);
    const { bytesInUse } = runtime.heap;
    const optimizer = new AdamW(parameters);
    optimizer.zeroGrad();
    for (const { grad } of parameters.values())
      expect(grad!.toArray().every((value) => value === 0)).toBe(true);
    optimizer.dispose();
    optimizer.dispose();
    expect(runtime.heap.bytesInUse).toBe(bytesInUse);
    expect(() => optimizer.step()).toThrow(DisposedError);
    disposeAll(parameters);
  });

  it("refuses settings that make no sense, and takes no memory for them", () => {
    const parameters = some(runtime);
    const { bytesInUse } = runtime.heap;
    const wrong: AdamOptions[] = [
      { learningRate: -1 },
      { learningRate: NaN },
      { beta1: 1 },
      { beta2: -0.1 },
      { epsilon: -1 },
      { weightDecay: -1 },
      { groups: [{ match: () => true, weightDecay: -1 }] },
      { groups: [{ match: () => true, learningRateScale: NaN }] },
    ];
    for (const options of wrong) expect(() => new AdamW(parameters, options)).toThrow(RangeError);
    expect(runtime.heap.bytesInUse).toBe(bytesInUse);
    const optimizer = new AdamW(parameters);
    expect(() => optimizer.step({ learningRate: Infinity })).toThrow(RangeError);
    expect(optimizer.stepCount).toBe(0);
    disposeAll(parameters, optimizer);
  });
});

describeVariants("Sgd", (runtime) => {
  const cases = [
    { weightDecay: 0 },
    { weightDecay: 0.1 },
    { momentum: 0.9, weightDecay: 0.1 },
    { momentum: 0.9, nesterov: true, weightDecay: 0.1 },
  ];
  for (const { momentum = 0, nesterov = false, weightDecay } of cases) {
    it(`follows its equations: ${JSON.stringify({ momentum, nesterov, weightDecay })}`, () => {
      const parameters = some(runtime);
      const optimizer = new Sgd(parameters, { learningRate: 0.05, momentum, nesterov, weightDecay });
      const p = values(parameters);
      const b = p.map((own) => own.map(() => 0));
      for (let step = 0; step < 5; step++) {
        setGradients(parameters, step);
        const gradients = [...parameters.values()].map(({ grad }) => grad!.toArray());
        p.forEach((own, i) =>
          own.forEach((value, j) => {
            const g = gradients[i]![j]! + weightDecay * value;
            const velocity = momentum * b[i]![j]! + g;
            b[i]![j] = velocity;
            own[j] = value - 0.05 * (nesterov ? g + momentum * velocity : velocity);
          }),
        );
        optimizer.step();
        values(parameters).forEach((own, i) => expectClose(own, p[i]!, { relative: 1e-5 }));
      }
      expect(optimizer.state().size).toBe(momentum > 0 ? 3 : 0);
      disposeAll(parameters, optimizer);
    });
  }

  it("refuses momentum that makes no sense", () => {
    const parameters = some(runtime);
    for (const options of [{ momentum: -0.1 }, { momentum: 1.1 }, { nesterov: true }]) {
      expect(() => new Sgd(parameters, { learningRate: 0.1, ...options })).toThrow(RangeError);
    }
    disposeAll(parameters);
  });
});

describeVariants("clipGradNorm", (runtime) => {
  it("scales all gradients together, and gives their norm before", () => {
    const parameters = some(runtime);
    parameters.set("fresh", new Parameter(runtime, [2]));
    const gradients = [...parameters.values()].map(({ grad }) => grad?.toArray());
    const norm = Math.sqrt(
      gradients.reduce((all, g) => all + (g?.reduce((sum, x) => sum + x * x, 0) ?? 0), 0),
    );
    expectClose([clipGradNorm(parameters, norm * 2)], [norm]);
    expect([...parameters.get("a.weight")!.grad!.toArray()]).toEqual([...gradients[0]!]);
    expectClose([clipGradNorm(parameters, norm / 2)], [norm]);
    expectClose([clipGradNorm(parameters, 1e9)], [norm / 2]);
    expect(parameters.get("fresh")!.grad).toBeUndefined();
    disposeAll(parameters);
  });

  it("agrees with PyTorch", () => {
    const p = new Parameter(runtime, [5]);
    p.ensureGrad().set(det(5, 15, 4));
    const parameters = new Map([["p", p]]);
    expectClose([clipGradNorm(parameters, 1)], [torch.clip.norm]);
    expectClose(p.grad!.toArray(), torch.clip.grad);
    disposeAll(parameters);
  });

  it("reports a norm that is not finite, and leaves the gradients and frozen parameters alone", () => {
    const parameters = some(runtime);
    const { grad } = parameters.get("a.bias")!;
    grad!.view[3] = NaN;
    const before = [...grad!.toArray()];
    expect(clipGradNorm(parameters, 1)).toBeNaN();
    expect([...grad!.toArray()]).toEqual(before);
    parameters.get("a.bias")!.requiresGrad = false;
    expect(clipGradNorm(parameters, 1)).toBeGreaterThan(1);
    expect([...grad!.toArray()]).toEqual(before);
    expect(clipGradNorm(new Map(), 1)).toBe(0);
    disposeAll(parameters);
  });
});
