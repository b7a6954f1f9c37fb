import { describe, expect, it } from "vitest";
import { Curve } from "../../src/exhibits/charRnn/curve.js";

describe("the learning curve", () => {
  it("has no bounds before the first point", () => {
    expect(new Curve().bounds).toBeUndefined();
  });

  it("smooths towards the points, and never beyond them", () => {
    const curve = new Curve();
    for (let step = 1; step <= 400; step++) curve.push(step, step % 2 === 0 ? 3 : 2);
    const last = curve.smooth.at(-1) ?? NaN;
    expect(last).toBeGreaterThan(2.4);
    expect(last).toBeLessThan(2.6);
    expect(curve.bounds).toEqual({ least: 2, most: 3 });
  });

  it("follows a level at once, whatever the distance between points", () => {
    const curve = new Curve();
    curve.push(1, 6);
    curve.push(1000, 2);
    expect(curve.smooth.at(-1)).toBeCloseTo(2, 5);
  });

  it("leaves out a step that was there, and puts a last measurement on the last point", () => {
    const curve = new Curve();
    curve.push(1, 6);
    curve.push(2, 5, 5.5);
    curve.push(2, 1);
    curve.measure(4);
    expect(curve.steps).toEqual([1, 2]);
    expect(curve.raw).toEqual([6, 5]);
    expect(curve.heldOut).toEqual([null, 4]);
    curve.clear();
    expect(curve.steps).toEqual([]);
    expect(curve.smooth).toEqual([]);
    curve.measure(1);
    expect(curve.heldOut).toEqual([]);
  });
});
