import type { TrainEvent } from "@lanewise/models/word2vec";
import { type ChartData, LineChart } from "../../shell/chart.js";
import type { Strings } from "../../shell/en.js";
import type { Shell } from "../../shell/exhibit.js";
import { format } from "../../shell/i18n.js";
import type { Numbers } from "../../shell/numbers.js";
import { roundTicks } from "./lossTicks.js";

/** Points of the curve at most: of a long training, every other one goes. */
const mostPoints = 800;
/** A point is the mean of so many words at least. */
const leastWords = 2000;

/** How the loss falls, by epochs. */
export class LossChart {
  readonly #root: HTMLElement;
  readonly #strings: Strings["word2vec"]["chart"];
  readonly #numbers: Numbers;
  readonly #chart: LineChart;
  #at: number[] = [];
  #losses: number[] = [];
  #epochs = 1;
  #read = 0;
  /** Of the events since the last point. */
  #sum = { loss: 0, words: 0 };
  #request = 0;

  constructor(
    root: HTMLElement,
    shell: Pick<Shell, "palette" | "left">,
    strings: Strings["word2vec"]["chart"],
    numbers: Numbers,
  ) {
    this.#root = root;
    this.#strings = strings;
    this.#numbers = numbers;
    const digits = (value: number): string => String(Number(value.toFixed(2)));
    this.#chart = new LineChart(
      root,
      {
        height: (width) => (width < 600 ? 220 : 280),
        scale: "linear",
        xLabel: strings.x,
        series: [{ label: strings.loss, colour: "train", width: 2 }],
        formatX: digits,
        formatY: digits,
      },
      this.#data(),
      shell,
    );
  }

  begin(epochs: number): void {
    this.#at = [];
    this.#losses = [];
    this.#read = 0;
    this.#sum = { loss: 0, words: 0 };
    this.#epochs = epochs;
    this.#draw();
  }

  push({ words, totalWords, epochs, loss }: TrainEvent): void {
    if (!Number.isFinite(loss)) return;
    this.#epochs = epochs;
    const read = words - this.#read;
    this.#sum.loss += read * loss;
    this.#sum.words += read;
    this.#read = words;
    // The last round of an epoch may be a sentence: its mean says little by itself.
    if (this.#sum.words < Math.min(leastWords, totalWords / 100) && words < totalWords) return;
    this.#at.push((epochs * words) / totalWords);
    this.#losses.push(this.#sum.loss / this.#sum.words);
    this.#sum = { loss: 0, words: 0 };
    if (this.#at.length > mostPoints) {
      const isKept = (_: number, i: number): boolean => i % 2 === 1;
      this.#at = this.#at.filter(isKept);
      this.#losses = this.#losses.filter(isKept);
    }
    this.#draw();
  }

  #draw(): void {
    cancelAnimationFrame(this.#request);
    this.#request = requestAnimationFrame(() => {
      this.#chart.show(this.#data());
      const [epoch, loss] = [this.#at.at(-1), this.#losses.at(-1)];
      if (epoch === undefined || loss === undefined) return;
      const values = { epoch: this.#numbers.fixed(epoch, 1), loss: this.#numbers.fixed(loss, 3) };
      this.#root.setAttribute("aria-label", format(this.#strings.labelNow, values));
    });
  }

  #data(): ChartData {
    let [least, most] = [Infinity, -Infinity];
    for (const loss of this.#losses) [least, most] = [Math.min(least, loss), Math.max(most, loss)];
    if (least > most) [least, most] = [0, 1];
    const room = Math.max(0.02, (most - least) * 0.12);
    const [yMin, yMax] = [Math.max(0, least - room), most + room];
    return {
      columns: [this.#at, this.#losses],
      xMax: this.#epochs,
      yMin,
      yMax,
      yTicks: roundTicks(yMin, yMax),
      baselines: [],
    };
  }
}
