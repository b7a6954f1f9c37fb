import { RandomStream, RangeError, ShapeError } from "@lanewise/core-wasm";
import { expect, it } from "vitest";
import { shiftImages } from "../../src/mlp/index.js";

const random = (): RandomStream => new RandomStream({ seed: 1 });

it("moves each image by what it draws, and fills in what comes from outside", () => {
  const [width, height, channels, rows] = [5, 4, 2, 300];
  const before = Float32Array.from({ length: rows * width * height * channels }, (_, i) => i + 1);
  const after = before.slice();
  shiftImages({ width, height, channels, by: 2, fill: -1 })(after, { rows, random: random() });
  const size = width * height * channels;
  const seen = new Map<string, number>();
  for (let i = 0; i < rows; i++) {
    const [from, to] = [before, after].map((all) => all.subarray(i * size, (i + 1) * size));
    const found: string[] = [];
    for (let dy = -2; dy <= 2; dy++) {
      for (let dx = -2; dx <= 2; dx++) {
        const moved = Float32Array.from({ length: size }, (_, at) => {
          const [channel, pixel] = [at % channels, Math.floor(at / channels)];
          const [x, y] = [(pixel % width) - dx, Math.floor(pixel / width) - dy];
          const inside = x >= 0 && x < width && y >= 0 && y < height;
          return inside ? from![(y * width + x) * channels + channel]! : -1;
        });
        if (moved.every((value, at) => value === to![at])) found.push(`${dx},${dy}`);
      }
    }
    expect(found).toHaveLength(1);
    seen.set(found[0]!, (seen.get(found[0]!) ?? 0) + 1);
  }
  // χ² of 24 degrees of freedom: 51.2 at a probability of 0.001; the seed is fixed.
  let chi = 0;
  for (let cell = 0; cell < 25; cell++)
    chi += (([...seen.values()][cell] ?? 0) - rows / 25) ** 2 / (rows / 25);
  expect(chi).toBeLessThan(51.2);
});

it("leaves images alone that are not to move", () => {
  const x = Float32Array.of(1, 2, 3, 4);
  shiftImages({ width: 2, height: 2, by: 0 })(x, { rows: 1, random: random() });
  expect([...x]).toEqual([1, 2, 3, 4]);
});

it("refuses sizes that are none, and inputs that are no such images", () => {
  const wrong = [{ width: 0 }, { height: 1.5 }, { channels: 0 }, { by: -1 }, { by: 29 }, { fill: NaN }];
  for (const options of wrong) {
    expect(() => shiftImages({ width: 28, height: 28, ...options }), Object.keys(options)[0]).toThrow(
      RangeError,
    );
  }
  const shift = shiftImages({ width: 2, height: 2, by: 1 });
  expect(() => shift(new Float32Array(6), { rows: 2, random: random() })).toThrow(ShapeError);
});
