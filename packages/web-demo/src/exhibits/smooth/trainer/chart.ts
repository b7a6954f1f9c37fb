import { LineChart, type ChartData } from "../../../shell/chart.js";
import type { Strings } from "../../../shell/en.js";
import type { Shell } from "../../../shell/exhibit.js";
import type { Numbers } from "../../../shell/numbers.js";
import { type TrainerState, warmedUp } from "./state.js";

const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];

/** F1 over the epochs: the soft one that is descended, the hard one that is wanted, and the gap between. */
export class ScoreChart {
  readonly #chart: LineChart;
  readonly #strings: Strings["smooth"]["chart"];
  #frame = 0;

  constructor(
    root: HTMLElement,
    strings: Strings["smooth"]["chart"],
    numbers: Numbers,
    shell: Pick<Shell, "palette" | "left">,
  ) {
    this.#strings = strings;
    root.replaceChildren();
    this.#chart = new LineChart(
      root,
      {
        scale: "linear",
        height: (width) => (width < 500 ? 280 : 380),
        xLabel: strings.x,
        series: [
          { label: strings.gap, colour: "muted", width: 1.5 },
          { label: strings.soft, colour: "train", width: 2 },
          { label: strings.hard, colour: "heldOut", width: 2 },
        ],
        formatX: (value) => numbers.whole(value),
        formatY: (value) => numbers.fixed(value, 1),
      },
      this.#data(undefined, 1),
      shell,
    );
  }

  /** Draws with the next frame of the screen; the axis is as long as the training will be. */
  show(state: TrainerState, epochs: number): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#chart.show(this.#data(state, epochs)));
  }

  #data(state: TrainerState | undefined, epochs: number): ChartData {
    const standings = state?.standings ?? [];
    const end = warmedUp(standings);
    const isPast = end !== undefined && standings.at(-1) !== end;
    return {
      columns: [
        standings.map(({ epoch }) => epoch),
        standings.map(({ softF1, hardF1 }) => Math.abs(softF1 - hardF1)),
        standings.map(({ softF1 }) => softF1),
        standings.map(({ hardF1 }) => hardF1),
      ],
      xMax: epochs,
      yMin: 0,
      yMax: 1,
      yTicks: ticks,
      baselines: [],
      marks: isPast ? [{ label: this.#strings.mark, at: end.epoch }] : [],
    };
  }
}
