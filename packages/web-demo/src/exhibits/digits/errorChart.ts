import { LineChart } from "../../shell/chart.js";
import type { Shell } from "../../shell/exhibit.js";
import type { Numbers } from "../../shell/numbers.js";
import type { Parts } from "../../shell/parts.js";
import type { DigitsStrings } from "./strings.js";

/** Per cent of held-out digits that are read wrongly, after each epoch. */
export class ErrorChart {
  readonly #chart: LineChart;
  readonly #guess: string;
  #epochs = 12;
  #points: { epoch: number; percent: number }[] = [];

  constructor(parts: Parts, strings: DigitsStrings["chart"], numbers: Numbers, shell: Shell) {
    this.#guess = strings.guess;
    this.#chart = new LineChart(
      parts.get("chart"),
      {
        height: (width) => (width < 600 ? 220 : 260),
        xLabel: strings.x,
        series: [{ label: strings.label, colour: "heldOut", width: 2, dots: true }],
        formatX: (value) => numbers.fixed(value, Number.isInteger(value) ? 0 : 1),
        formatY: (value) => numbers.fixed(value, value < 1 ? 1 : 0),
      },
      this.#data(),
      shell,
    );
  }

  begin(epochs: number): void {
    this.#epochs = epochs;
    this.#points = [];
    this.#chart.show(this.#data());
  }

  add(epoch: number, accuracy: number): void {
    // A log scale has no zero: no error at all is drawn as half of one in a thousand.
    this.#points.push({ epoch, percent: Math.max(0.05, 100 * (1 - accuracy)) });
    this.#chart.show(this.#data());
  }

  #data(): Parameters<LineChart["show"]>[0] {
    const least = Math.min(2, ...this.#points.map(({ percent }) => percent));
    const ticks = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];
    const yMin = ticks.findLast((tick) => tick <= least) ?? 0.05;
    return {
      columns: [this.#points.map(({ epoch }) => epoch), this.#points.map(({ percent }) => percent)],
      xMax: this.#epochs,
      yMin,
      yMax: 100,
      yTicks: ticks.filter((tick) => tick >= yMin),
      baselines: [{ label: this.#guess, value: 90 }],
    };
  }
}
