import { describe, expect, it } from "vitest";
import { normaliseDrawing } from "../../../src/exhibits/digits/normalise.js";

const size = 140;

/** Full ink in a rectangle. */
function rectangle(left: number, top: number, width: number, height: number): Float32Array {
  const ink = new Float32Array(size * size);
  for (let y = top; y < top + height; y++) ink.fill(1, y * size + left, y * size + left + width);
  return ink;
}

function bounds(image: Float32Array): { left: number; top: number; width: number; height: number } {
  const at = [...image.keys()].filter((i) => image[i]! > 0);
  const xs = at.map((i) => i % 28);
  const ys = at.map((i) => Math.floor(i / 28));
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { left, top, width: Math.max(...xs) + 1 - left, height: Math.max(...ys) + 1 - top };
}

describe("normaliseDrawing", () => {
  it("leaves empty paper empty", () => {
    expect(normaliseDrawing(new Float32Array(size * size), size).every((ink) => ink === 0)).toBe(true);
  });

  it("scales the longer side to 20 pixels, and keeps the shape's proportions", () => {
    expect(bounds(normaliseDrawing(rectangle(3, 5, 30, 60), size))).toEqual({
      left: 9,
      top: 4,
      width: 10,
      height: 20,
    });
    expect(bounds(normaliseDrawing(rectangle(80, 100, 60, 15), size))).toMatchObject({
      width: 20,
      height: 5,
    });
    expect(bounds(normaliseDrawing(rectangle(70, 70, 1, 1), size))).toMatchObject({ width: 20, height: 20 });
  });

  it("gives the same image wherever the drawing is, and at twice the size", () => {
    const image = normaliseDrawing(rectangle(10, 10, 20, 40), size);
    expect(normaliseDrawing(rectangle(55, 90, 20, 40), size)).toEqual(image);
    const twice = normaliseDrawing(rectangle(10, 10, 40, 80), size);
    twice.forEach((ink, i) => expect(ink).toBeCloseTo(image[i]!, 5));
  });

  it("puts the centre of the ink, not of its box, in the middle", () => {
    const heavyLeft = rectangle(20, 20, 20, 80);
    rectangle(40, 20, 40, 8).forEach((ink, i) => (heavyLeft[i] = Math.max(heavyLeft[i]!, ink)));
    const image = normaliseDrawing(heavyLeft, size);
    let [mass, x, y] = [0, 0, 0];
    image.forEach((ink, i) => {
      mass += ink;
      x += ink * ((i % 28) + 0.5);
      y += ink * (Math.floor(i / 28) + 0.5);
    });
    expect(Math.abs(x / mass - 14)).toBeLessThanOrEqual(0.5);
    expect(Math.abs(y / mass - 14)).toBeLessThanOrEqual(0.5);
    expect(bounds(image).left).toBeGreaterThan(4);
  });

  it("keeps the ink's depth", () => {
    const pale = rectangle(10, 10, 40, 40).map((ink) => ink / 2);
    const image = normaliseDrawing(pale, size);
    expect(Math.max(...image)).toBeCloseTo(0.5, 6);
    expect(image.filter((ink) => ink > 0)).toHaveLength(400);
  });
});
