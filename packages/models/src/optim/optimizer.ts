import { checkNumber, RangeError, ShapeError, type WasmArray } from "@lanewise/core-wasm";
import type { Parameter } from "../tensor/index.js";

/** What is different for some of the parameters. */
export interface ParameterGroup {
  /** Which parameters; one that several groups match is the first one's. */
  readonly match: (name: string, parameter: Parameter) => boolean;
  /** Default: the optimiser's. */
  readonly weightDecay?: number | undefined;
  /** Times the learning rate. Default: 1 */
  readonly learningRateScale?: number | undefined;
}

/** No decay for vectors and scalars: biases, and the weights of layer norms. Decay makes sense for matrices alone. */
export const noDecay: ParameterGroup = {
  match: (_name, { shape }) => shape.length < 2,
  weightDecay: 0,
};

export interface OptimizerOptions {
  learningRate: number;
  weightDecay?: number | undefined;
  /** Parameters with settings of their own: `[noDecay]`. Default: none */
  groups?: readonly ParameterGroup[] | undefined;
}

/** A parameter, and what the optimiser keeps for it. */
export interface Slot {
  readonly name: string;
  readonly parameter: Parameter;
  /** In the order of the optimiser's names. */
  readonly moments: readonly WasmArray<"f32">[];
  readonly weightDecay: number;
  readonly learningRateScale: number;
}

/** How one parameter is moved. */
export interface Update {
  /** From 1. */
  readonly step: number;
  readonly learningRate: number;
  readonly weightDecay: number;
}

/**
 * Moves parameters against their gradients. It keeps moments on the heap, as long as each parameter, for the
 * parameters that want a gradient when it is made; those which have none yet at a step are passed over.
 */
export abstract class Optimizer {
  /** The learning rate where `step` is given none. */
  learningRate: number;
  readonly #slots: readonly Slot[];
  readonly #moments: readonly string[];
  #stepCount = 0;

  /** @param moments what is kept for each parameter, by PyTorch's names. @throws RangeError */
  constructor(
    parameters: ReadonlyMap<string, Parameter>,
    { learningRate, weightDecay = 0, groups = [] }: OptimizerOptions,
    moments: readonly string[],
  ) {
    checkNumber("learningRate", learningRate, 0);
    this.learningRate = learningRate;
    this.#moments = moments;
    const slots: { -readonly [K in keyof Slot]: Slot[K] }[] = [];
    for (const [name, parameter] of parameters) {
      if (!parameter.requiresGrad) continue;
      const group = groups.find(({ match }) => match(name, parameter));
      const slot = {
        name,
        parameter,
        moments: [],
        weightDecay: group?.weightDecay ?? weightDecay,
        learningRateScale: group?.learningRateScale ?? 1,
      };
      checkNumber("weightDecay", slot.weightDecay, 0);
      checkNumber("learningRateScale", slot.learningRateScale, 0);
      slots.push(slot);
    }
    // Only now that nothing is wrong is there memory to take.
    for (const slot of slots) {
      const { runtime, size } = slot.parameter;
      slot.moments = moments.map(() => runtime.heap.alloc("f32", size));
    }
    this.#slots = slots;
  }

  /** How many steps were taken. */
  get stepCount(): number {
    return this.#stepCount;
  }

  /** Moves every parameter that has a gradient. @throws RangeError */
  step({ learningRate = this.learningRate }: { learningRate?: number | undefined } = {}): void {
    checkNumber("learningRate", learningRate, 0);
    const step = ++this.#stepCount;
    for (const slot of this.#slots) {
      if (!slot.parameter.grad) continue;
      const { weightDecay, learningRateScale } = slot;
      this.update(slot, slot.parameter.grad, {
        step,
        learningRate: learningRate * learningRateScale,
        weightDecay,
      });
    }
  }

  /** Sets the gradients to zero. */
  zeroGrad(): void {
    for (const { parameter } of this.#slots) parameter.zeroGrad();
  }

  /** What a checkpoint needs besides `stepCount`: the moments in place, named "exp_avg.head.weight". */
  state(): Map<string, WasmArray<"f32">> {
    const all = new Map<string, WasmArray<"f32">>();
    for (const { name, moments } of this.#slots) {
      moments.forEach((moment, i) => all.set(`${this.#moments[i]!}.${name}`, moment));
    }
    return all;
  }

  /**
   * Goes on from a checkpoint, bit for bit.
   *
   * @throws RangeError unless the names are exactly those of `state`
   * @throws ShapeError if a length differs; nothing is changed then
   */
  load(state: ReadonlyMap<string, ArrayLike<number> | WasmArray<"f32">>, stepCount: number): void {
    const own = this.state();
    for (const name of state.keys()) {
      if (!own.has(name)) throw new RangeError("state", "this optimiser's moments alone", name);
    }
    for (const [name, { length }] of own) {
      const values = state.get(name);
      if (!values) throw new RangeError("state", name, "none of that name");
      if (values.length !== length)
        throw new ShapeError(name, `${length} elements`, `${values.length} elements`);
    }
    if (!Number.isSafeInteger(stepCount) || stepCount < 0) {
      throw new RangeError("stepCount", "a whole number ≥ 0", stepCount);
    }
    for (const [name, moment] of own) {
      const values = state.get(name)!;
      moment.set("view" in values ? values.view : values);
    }
    this.#stepCount = stepCount;
  }

  /** Gives the moments' memory back; the parameters stay. Again is no harm. */
  dispose(): void {
    for (const { parameter, moments } of this.#slots) {
      if (parameter.runtime.disposed) continue;
      for (const moment of moments) parameter.runtime.heap.free(moment);
    }
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Moves one parameter. */
  protected abstract update(slot: Slot, grad: WasmArray<"f32">, update: Update): void;
}
