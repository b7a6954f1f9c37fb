import { surrogates } from "@lanewise/models/smooth";
import { describe, expect, it } from "vitest";
import { catalogue, type SurrogateId } from "../../../src/exhibits/smooth/catalogue.js";
import { mostOf } from "../../../src/exhibits/smooth/config.js";
import { Tried } from "../../../src/exhibits/smooth/curves/decay.js";
import { pictureOf } from "../../../src/exhibits/smooth/curves/picture.js";
import type { Picture } from "../../../src/exhibits/smooth/curves/protocol.js";
import { CurvesSession } from "../../../src/exhibits/smooth/curves/session.js";
import { logSumExp, softmax, softplus, tanhSign } from "./doubles.js";

const row = [1.2, -0.6, 2.1, 0.4, 1.8];
const usual = { temperature: 0.5, alpha: 1.5, slope: 0.25, k: 2 };

function picture(
  surrogate: (typeof surrogates)[number],
  temperature: number,
  { inputs = row, lane = 0 }: { inputs?: readonly number[]; lane?: number } = {},
): Picture {
  return pictureOf(
    surrogate,
    {
      surrogate: surrogate.id as SurrogateId,
      settings: { ...usual, temperature },
      inputs: surrogate.shape === "elementwise" ? inputs.slice(0, 1) : inputs,
      lane,
    },
    new Tried(),
  );
}

describe.each(surrogates)("the picture of $id", (surrogate) => {
  const most = mostOf(surrogate.id as SurrogateId);
  const temperatures = [0.01, 0.25, most];

  it("keeps the smooth line inside the band, which ends at the hard one", () => {
    for (const temperature of temperatures) {
      const { soft, hard, low, high, greatest } = picture(surrogate, temperature);
      soft.forEach((value, i) => {
        expect(value).toBeGreaterThanOrEqual(low[i]! - 1e-9);
        expect(value).toBeLessThanOrEqual(high[i]! + 1e-9);
        expect(hard[i]! >= low[i]! - 1e-12 && hard[i]! <= high[i]! + 1e-12).toBe(true);
      });
      expect(greatest.error).toBeLessThanOrEqual(greatest.bound + 1e-9);
      expect(greatest.error).toBe(Math.max(...soft.map((value, i) => Math.abs(value - hard[i]!))));
    }
  });

  it("draws the smooth line's own gradient", () => {
    const lane = surrogate.shape === "elementwise" ? 0 : 2;
    const { xs, soft, gradient } = picture(surrogate, most, { lane });
    const step = xs[1]! - xs[0]!;
    let apart = 0;
    for (let i = 1; i < xs.length - 1; i++) {
      const slope = (soft[i + 1]! - soft[i - 1]!) / (2 * step);
      if (Math.abs(slope - gradient[i]!) > 0.02 * Math.max(1, Math.abs(slope))) apart++;
    }
    // Where it has corners a difference across one is neither side's slope.
    expect(apart).toBeLessThan(12);
  });

  it("has errors under their bounds at every temperature", () => {
    const { decay } = picture(surrogate, most);
    expect(decay.temperatures[0]).toBeCloseTo(most, 9);
    decay.errors.forEach((error, i) => expect(error).toBeLessThanOrEqual(decay.bounds[i]! + 1e-9));
    expect(decay.error).toBeCloseTo(decay.errors[0]!, 9);
    // Cold, there is next to nothing left of it.
    expect(decay.errors.at(-1)).toBeLessThan(0.05 * decay.errors[0]! + 1e-9);
  });

  it("has a limit that is the hard output, where nothing ties", () => {
    const { now } = picture(surrogate, most);
    now.limit.forEach((value, i) => expect(value).toBeCloseTo(now.hard[i]!, 2));
  });
});

describe("a picture", () => {
  it("of a maximum has the inputs' shares in the gradient, which add up to one", () => {
    const { now, faint, xs } = picture(logSumExp, 0.5, { lane: 2 });
    expect(now.gradient.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(now.soft[0]).toBeGreaterThan(now.hard[0]!);
    expect(now.low).toBe(2.1);
    expect(now.high).toBeCloseTo(2.1 + 0.5 * Math.log(5), 12);
    expect(faint).toHaveLength(5);
    expect([xs[0], xs[120], xs.at(-1)]).toEqual([-4, 0, 4]);
  });

  it("moves the chosen input and holds the others", () => {
    const { xs, hard } = picture(logSumExp, 0.5, { lane: 2 });
    xs.forEach((x, i) => expect(hard[i]).toBe(Math.max(1.8, x)));
  });

  it("of shares draws the chosen output, the others faintly, and splits a tie in the limit", () => {
    const tied = picture(softmax, 0.5, { inputs: [1, 2, 2, 0, 0], lane: 1 });
    expect(tied.faint).toHaveLength(4);
    expect(tied.now.limit[1]).toBeCloseTo(0.5, 9);
    expect([...tied.now.hard]).toEqual([0, 1, 0, 0, 0]);
    expect(tied.now.gradient).toHaveLength(0);
  });

  it("watches the greatest error where it falls, and the error here where it stays", () => {
    const ramp = picture(softplus, 0.5).decay;
    expect(ramp.of).toBe("greatest");
    expect(ramp.error).toBeCloseTo(0.5 * Math.LN2, 12);
    ramp.temperatures.forEach((value, i) => expect(ramp.errors[i]).toBeCloseTo(value * Math.LN2, 12));
    const jump = picture(tanhSign, 0.5).decay;
    expect(jump.of).toBe("here");
    expect(jump.error).toBeCloseTo(1 - Math.tanh(2.4), 12);
  });

  it("has one vertical axis at every temperature", () => {
    expect(picture(softplus, 0.01).range).toEqual(picture(softplus, 4).range);
  });
});

describe("the worker's part of the curves", () => {
  it("says which question it answers, and why it can not", () => {
    const session = new CurvesSession(surrogates);
    const request = { revision: 7, settings: usual, inputs: row, lane: 0 } as const;
    expect(session.draw({ ...request, surrogate: "softmax" })).toMatchObject({
      type: "picture",
      revision: 7,
    });
    expect(new CurvesSession([]).draw({ ...request, surrogate: "softmax" })).toEqual({
      type: "failed",
      revision: 7,
      reason: 'no surrogate "softmax"',
    });
    const broken = {
      ...softplus,
      value: () => {
        throw new Error("no value");
      },
    };
    const reply = new CurvesSession([broken]).draw({ ...request, inputs: [0], surrogate: "softplus" });
    expect(reply).toEqual({ type: "failed", revision: 7, reason: "no value" });
  });

  it("draws every surrogate of the page", () => {
    const session = new CurvesSession(surrogates);
    for (const id of Object.keys(catalogue) as SurrogateId[]) {
      const inputs = catalogue[id].shape === "elementwise" ? [0] : row;
      expect(session.draw({ revision: 1, surrogate: id, settings: usual, inputs, lane: 0 }).type).toBe(
        "picture",
      );
    }
  });
});
