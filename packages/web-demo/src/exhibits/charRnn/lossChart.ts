import { format } from "../../shell/i18n.js";
import type { Baseline, ChartData } from "../../shell/chart.js";
import { LineChart } from "../../shell/chart.js";
import type { Strings } from "../../shell/en.js";
import type { Shell } from "../../shell/exhibit.js";
import type { Numbers } from "../../shell/numbers.js";
import { nGramBits } from "./config.js";
import type { Curve } from "./curve.js";
import { ticksWithin } from "./ticks.js";

/** The lowest that the axis goes: a text that is easily guessed costs next to nothing, and a log scale has no zero. */
const leastBits = 0.01;

/** The learning curve on the page. */
export class LossChart {
  readonly #root: HTMLElement;
  readonly #strings: Strings["charRnn"]["chart"];
  readonly #numbers: Numbers;
  readonly #curve: Curve;
  readonly #chart: LineChart;
  #steps: number;
  #withBaselines = true;
  #labelledAt = -Infinity;
  #frame = 0;

  constructor(
    root: HTMLElement,
    curve: Curve,
    steps: number,
    shell: Pick<Shell, "palette" | "left">,
    strings: Strings["charRnn"]["chart"],
    numbers: Numbers,
  ) {
    this.#root = root;
    this.#curve = curve;
    this.#steps = steps;
    this.#strings = strings;
    this.#numbers = numbers;
    root.replaceChildren();
    this.#chart = new LineChart(
      root,
      {
        height: (width) => (width < 600 ? 280 : 360),
        xLabel: strings.x,
        series: [
          { label: "", colour: "train", width: 1, faint: true },
          { label: strings.train, colour: "train", width: 2 },
          { label: strings.validation, colour: "heldOut", width: 2, dots: true },
        ],
        formatX: (value) => numbers.whole(value),
        formatY: (value) => String(Number(value.toFixed(2))),
      },
      this.#data(),
      shell,
    );
  }

  /** Sets the length of the horizontal axis, and whether the lines of the letter tables belong there. */
  frame(steps: number, withBaselines: boolean): void {
    this.#steps = steps;
    this.#withBaselines = withBaselines;
    this.update();
  }

  /** Draws what the curve holds now, with the next frame of the screen. */
  update(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      this.#chart.show(this.#data());
      this.#label();
    });
  }

  #data(): ChartData {
    const { steps, raw, smooth, heldOut, bounds } = this.#curve;
    const yMin = Math.max(leastBits, Math.min(1.9, (bounds?.least ?? 2) * 0.95));
    const yMax = Math.max(6.4, (bounds?.most ?? 6) * 1.05);
    return {
      columns: [steps, raw, smooth, heldOut],
      xMax: this.#steps,
      yMin,
      yMax,
      yTicks: ticksWithin(yMin, yMax),
      baselines: this.#withBaselines ? this.#baselines() : [],
    };
  }

  #baselines(): Baseline[] {
    const { unigram, order3, order5 } = this.#strings;
    return [
      { label: unigram, value: nGramBits.unigram },
      { label: order3, value: nGramBits.order3 },
      { label: order5, value: nGramBits.order5 },
    ];
  }

  /** Says in words what the picture shows, now and then. */
  #label(): void {
    if (performance.now() - this.#labelledAt < 5000) return;
    this.#labelledAt = performance.now();
    const { steps, smooth, heldOut } = this.#curve;
    const train = smooth.at(-1);
    if (train === undefined || train === null) {
      this.#root.setAttribute("aria-label", this.#strings.label);
      return;
    }
    const measured = heldOut.findLast((value) => value !== null);
    const bits = (value: number): string => this.#numbers.fixed(value, 2);
    this.#root.setAttribute(
      "aria-label",
      format(this.#strings.labelNow, {
        step: steps.at(-1) ?? 0,
        train: bits(train),
        validation: measured ? format(this.#strings.labelValidation, { bits: bits(measured) }) : "",
      }),
    );
  }
}
