import { LineChart } from "../../shell/chart.js";
import type { ChartData } from "../../shell/chart.js";
import type { Shell } from "../../shell/exhibit.js";
import { format } from "../../shell/i18n.js";
import type { Numbers } from "../../shell/numbers.js";
import { niceStep } from "./niceStep.js";
import type { CurvePoint } from "./protocol.js";
import type { perceptronStrings } from "./strings.js";

/** An axis is no shorter than that: the first epochs would fill it from side to side. */
const fewestEpochs = 20;

/** Loss by epoch, of what is trained on and of what is held out. */
export class LossChart {
  readonly #root: HTMLElement;
  readonly #strings: (typeof perceptronStrings)["result"];
  readonly #numbers: Numbers;
  readonly #chart: LineChart;
  #curve: readonly CurvePoint[] = [];
  #frame = 0;
  #labelledAt = -Infinity;

  constructor(
    root: HTMLElement,
    shell: Pick<Shell, "palette" | "left">,
    strings: (typeof perceptronStrings)["result"],
    numbers: Numbers,
  ) {
    this.#root = root;
    this.#strings = strings;
    this.#numbers = numbers;
    this.#chart = new LineChart(
      root,
      {
        height: (width) => (width < 480 ? 220 : 290),
        xLabel: strings.epoch,
        scale: "linear",
        series: [
          { label: strings.test, colour: "muted", width: 2 },
          { label: strings.train, colour: "ink", width: 2 },
        ],
        // Where the axis is short, it has marks between epochs.
        formatX: (value) => (Number.isInteger(value) ? numbers.whole(value) : ""),
        formatY: (value) => String(Number(value.toFixed(2))),
      },
      chartData([]),
      shell,
    );
    shell.left.addEventListener("abort", () => cancelAnimationFrame(this.#frame));
  }

  /** Draws with the next frame of the screen. */
  show(curve: readonly CurvePoint[]): void {
    if (curve === this.#curve) return;
    this.#curve = curve;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      this.#chart.show(chartData(this.#curve));
      this.#label();
    });
  }

  /** Says in words what the picture shows, now and then. */
  #label(): void {
    const last = this.#curve.at(-1);
    if (!last || performance.now() - this.#labelledAt < 2000) return;
    this.#labelledAt = performance.now();
    const { chartNow, chartTest } = this.#strings;
    const number = (value: number): string => this.#numbers.fixed(value, 3);
    const test = last.test === undefined ? "" : format(chartTest, { test: number(last.test) });
    this.#root.setAttribute(
      "aria-label",
      format(chartNow, { epoch: Math.floor(last.epoch), train: number(last.train), test }),
    );
  }
}

/** The curve as the chart takes it; losses that ran away are cut off where the others would be too small to see. */
export function chartData(curve: readonly CurvePoint[]): ChartData {
  const finite = curve.flatMap(({ train, test }) => [train, test ?? 0]).filter(Number.isFinite);
  const start = Math.max(curve[0]?.train ?? 1, curve[0]?.test ?? 0);
  const most = Math.min(Math.max(...finite, 0.05), Math.max(3 * (Number.isFinite(start) ? start : 1), 1));
  const step = niceStep(most / 4);
  const yMax = Math.ceil(most / step) * step;
  const cut = (value: number | undefined): number | null =>
    value === undefined || !Number.isFinite(value) ? null : Math.min(value, yMax);
  return {
    columns: [
      curve.map(({ epoch }) => epoch),
      curve.map(({ test }) => cut(test)),
      curve.map(({ train }) => cut(train)),
    ],
    xMax: Math.max(fewestEpochs, curve.at(-1)?.epoch ?? 0),
    // Room for the names of lines that end near 0.
    yMin: -0.14 * yMax,
    yMax,
    yTicks: Array.from({ length: Math.round(yMax / step) + 1 }, (_, i) => i * step),
    baselines: [],
  };
}
