import type { Strings } from "../../../shell/en.js";
import { format } from "../../../shell/i18n.js";
import type { Numbers } from "../../../shell/numbers.js";
import type { Parts } from "../../../shell/parts.js";
import { inputRange } from "../config.js";
import type { Picture } from "./protocol.js";

/** What the visitor moved. */
export interface Moved {
  readonly inputs: readonly number[];
  readonly lane: number;
}

interface Lane {
  readonly root: HTMLElement;
  readonly input: HTMLInputElement;
  readonly value: HTMLElement;
  readonly bar: HTMLElement;
  readonly out: HTMLElement;
}

/** Inputs as lanes with a slider each, and beside each what comes out of it. */
export class Lanes {
  readonly #parts: Parts;
  readonly #strings: Strings["smooth"]["lanes"];
  readonly #numbers: Numbers;
  readonly #lanes: readonly Lane[];
  #chosen = 0;

  constructor(
    parts: Parts,
    strings: Strings["smooth"]["lanes"],
    numbers: Numbers,
    onMove: (moved: Moved) => void,
  ) {
    this.#parts = parts;
    this.#strings = strings;
    this.#numbers = numbers;
    const find = (root: HTMLElement, selector: string): HTMLElement =>
      root.querySelector<HTMLElement>(selector)!;
    this.#lanes = [...parts.get("lanes").querySelectorAll<HTMLElement>("[data-lane]")].map((root) => ({
      root,
      input: root.querySelector("input")!,
      value: find(root, ".in"),
      bar: find(root, ".bar"),
      out: find(root, ".out"),
    }));
    const moved = (lane: number): void => {
      this.#chosen = lane;
      onMove({ inputs: this.#lanes.map(({ input }) => Number(input.value)), lane });
    };
    this.#lanes.forEach(({ input }, lane) => {
      input.addEventListener("input", () => moved(lane));
      input.addEventListener("focus", () => {
        if (this.#chosen !== lane) moved(lane);
      });
    });
  }

  /** Shows inputs, as many as the surrogate takes. */
  place(inputs: readonly number[], chosen: number): void {
    this.#chosen = chosen;
    this.#parts.get("lanes").dataset["count"] = String(inputs.length);
    this.#lanes.forEach(({ root, input, value }, lane) => {
      root.hidden = lane >= inputs.length;
      root.toggleAttribute("data-chosen", inputs.length > 1 && lane === chosen);
      const number = inputs[lane];
      if (number === undefined) return;
      input.value = String(number);
      input.style.setProperty("--at", String(shareOf(number)));
      value.textContent = this.#numbers.fixed(number, 2);
    });
  }

  /** Shows what comes out; a maximum of the inputs on the same axis as they. */
  show({ shape, now, range }: Picture, isMaximum: boolean): void {
    const lanes = this.#parts.get("lanes");
    lanes.toggleAttribute("data-maximum", isMaximum);
    this.#parts.get("outputsHead").textContent = this.#strings.head[shape];
    const isScalar = shape === "rowToScalar";
    if (isMaximum) {
      lanes.style.setProperty("--hard", clampedShare(now.hard[0]!));
      lanes.style.setProperty("--soft-at", clampedShare(now.soft[0]!));
      lanes.style.setProperty("--low", clampedShare(now.low));
      lanes.style.setProperty("--high", clampedShare(now.high));
    }
    const soft = isScalar ? now.gradient : now.soft;
    const hard = isScalar ? undefined : now.hard;
    const limit = isScalar ? undefined : now.limit;
    const scale = shape === "elementwise" ? range : spanOf([...soft, ...(hard ?? []), ...(limit ?? [])]);
    this.#lanes.slice(0, soft.length).forEach((lane, i) => {
      this.#showOut(lane, scale, soft[i]!, hard?.[i], limit?.[i]);
    });
    this.#showSums(now, shape);
  }

  #showOut(
    { bar, out, input }: Lane,
    scale: { low: number; high: number },
    soft: number,
    hard: number | undefined,
    limit: number | undefined,
  ): void {
    const share = (value: number): number =>
      Math.min(1, Math.max(0, (value - scale.low) / (scale.high - scale.low)));
    const zero = share(0);
    const span = (name: string, value: number): void => {
      const at = share(value);
      bar.style.setProperty(`--${name}-from`, String(Math.min(zero, at)));
      bar.style.setProperty(`--${name}-size`, String(Math.abs(at - zero)));
    };
    bar.style.setProperty("--zero", String(zero));
    span("soft", soft);
    span("hard", hard ?? 0);
    bar.style.setProperty("--limit", String(share(limit ?? 0)));
    bar.toggleAttribute("data-alone", hard === undefined);
    // Where the limit is the hard output, one mark says both.
    const isApart = limit !== undefined && hard !== undefined && Math.abs(limit - hard) > 0.02;
    bar.toggleAttribute("data-limit", isApart);
    const figure = (value: number): string => this.#numbers.fixed(value, 3);
    const written = figure(soft);
    if (out.textContent !== written) out.textContent = written;
    const { output, share: gradientShare } = this.#strings;
    const said =
      hard === undefined
        ? format(gradientShare, { soft: written })
        : format(output, { soft: written, hard: this.#numbers.fixed(hard, 2) });
    input.setAttribute("aria-valuetext", `${input.value}: ${said}`);
  }

  #showSums({ soft, hard, limit }: Picture["now"], shape: Picture["shape"]): void {
    const { value, valueHard, valueLimit, valueSum, valueOne } = this.#strings;
    const figure = (values: Float64Array, digits: number): string =>
      this.#numbers.fixed(
        values.reduce((sum, one) => sum + one, 0),
        digits,
      );
    const text = (name: string, written: string): void => {
      this.#parts.get(name).textContent = written;
    };
    text("sumsOf", shape === "rowToRow" ? valueSum : valueOne);
    text("sumSoft", format(value, { soft: figure(soft, 3) }));
    text("sumHard", format(valueHard, { hard: figure(hard, 3) }));
    text("sumLimit", format(valueLimit, { limit: figure(limit, 3) }));
    const isTied = limit.some((one, i) => Math.abs(one - hard[i]!) > 0.05);
    this.#parts.get("tieNote").hidden = !(shape === "rowToRow" && isTied);
  }
}

/** Where a number lies on a slider, from 0 to 1. */
function shareOf(value: number): number {
  return (value - inputRange.least) / (inputRange.most - inputRange.least);
}

function clampedShare(value: number): string {
  return String(Math.min(1, Math.max(0, shareOf(value))));
}

/** Whole numbers around the values, with 0 and 1 among them. */
function spanOf(values: readonly number[]): { low: number; high: number } {
  const near = 1e-9;
  return {
    low: Math.min(0, Math.floor(Math.min(...values) + near)),
    high: Math.max(1, Math.ceil(Math.max(...values) - near)),
  };
}
