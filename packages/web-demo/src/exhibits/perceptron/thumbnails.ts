import type { Palette } from "../../shell/palette.js";
import { type DataId, type FeatureId, isRegression, isTruthTable } from "./catalogue.js";
import { limits } from "./config.js";
import { makePoints } from "./dataSets.js";
import { featureRows, gridPlaces } from "./features.js";
import { drawMark } from "./marks.js";
import { Shades } from "./shade.js";

/** Draws the data sets' little pictures, each as it is with a little noise, and those of the inputs. */
export function drawThumbnails(root: HTMLElement, palette: Palette): void {
  for (const canvas of root.querySelectorAll<HTMLCanvasElement>("canvas[data-set]")) {
    drawSet(canvas, canvas.dataset["set"] as DataId, palette);
  }
  const shades = new Shades(palette);
  const { xs, ys } = gridPlaces(limits.thumbnail);
  for (const label of root.querySelectorAll<HTMLElement>("[data-feature]")) {
    const values = featureRows([label.dataset["feature"] as FeatureId], xs, ys);
    const most = values.reduce((sofar, value) => Math.max(sofar, Math.abs(value)), 0);
    paintThumbnail(label.querySelector("canvas")!, values, (value) => value / most, shades);
  }
}

/** A picture of `limits.thumbnail` squared values. */
export function paintThumbnail(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number>,
  shade: (value: number) => number,
  shades: Shades,
): void {
  const side = Math.sqrt(values.length);
  const image = new ImageData(side, side);
  for (let i = 0; i < values.length; i++) shades.put(shade(values[i]!), image.data, i);
  if (canvas.width !== side) canvas.width = canvas.height = side;
  canvas.getContext("2d")!.putImageData(image, 0, 0);
}

function drawSet(canvas: HTMLCanvasElement, data: DataId, palette: Palette): void {
  const context = canvas.getContext("2d")!;
  const side = canvas.width;
  context.fillStyle = palette.colour("paper");
  context.fillRect(0, 0, side, side);
  if (data === "own") {
    context.strokeStyle = palette.colour("muted");
    context.lineWidth = 4;
    context.beginPath();
    context.moveTo(side / 2, side * 0.3);
    context.lineTo(side / 2, side * 0.7);
    context.moveTo(side * 0.3, side / 2);
    context.lineTo(side * 0.7, side / 2);
    context.stroke();
    return;
  }
  const { train } = makePoints({ data, noise: 0, held: isTruthTable(data) ? 0 : 50, points: "", seed: 1 });
  const graded = isRegression(data);
  train.targets.forEach((target, i) => {
    const x = ((train.xs[i]! + limits.half) / (2 * limits.half)) * side;
    const y = ((limits.half - train.ys[i]!) / (2 * limits.half)) * side;
    const radius = isTruthTable(data) ? 9 : 3;
    drawMark(context, x, y, radius, { target, held: false, wrong: false, looked: false, graded }, palette);
  });
}
