import { readSettings, writeSettings } from "../../shell/urlState.js";
import { consistent, limits, type Settings, settingFields } from "./config.js";

/** The controls that the address holds but for the layers and the visitor's points, which it keeps. */
export class SettingsForm {
  readonly #inputs: readonly (HTMLInputElement | HTMLSelectElement)[];
  /** Settings whose controls are buttons and the plane itself. */
  #kept: Pick<Settings, "layers" | "points">;

  constructor(root: HTMLElement, onChange: () => void) {
    const { layers, points } = settingFields;
    this.#kept = { layers: layers.fallback, points: points.fallback };
    const names = new Set(Object.keys(settingFields));
    this.#inputs = [...root.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input, select")].filter(
      ({ name }) => names.has(name),
    );
    for (const input of this.#inputs) {
      // A slider says so while it is dragged.
      input.addEventListener(input.type === "range" ? "input" : "change", () => {
        this.#keepOneFeature(input);
        onChange();
      });
    }
  }

  read(): Settings {
    const parameters = writeSettings(settingFields, {
      ...readSettings(settingFields, new URLSearchParams()),
      ...this.#kept,
    });
    const values = new Map<string, string[]>();
    for (const input of this.#inputs) {
      const isOff = isChecked(input) && !input.checked;
      if (!isOff) values.set(input.name, [...(values.get(input.name) ?? []), input.value]);
    }
    for (const [name, chosen] of values) parameters.set(name, chosen.join("."));
    return consistent(readSettings(settingFields, parameters));
  }

  show(settings: Settings): void {
    const { layers, points } = settings;
    this.#kept = { layers, points };
    for (const input of this.#inputs) {
      const value = settings[input.name as keyof Settings];
      if (!isChecked(input)) input.value = String(value);
      else if (Array.isArray(value)) input.checked = value.some((one) => one === input.value);
      else input.checked = String(value) === input.value;
    }
  }

  /** Greys what the learner does not have. */
  mark(settings: Settings, isTruthTable: boolean, regression: boolean): void {
    const { learner, data } = settings;
    const off = new Set<string>();
    if (learner !== "network") off.add("activation").add("dropout");
    if (learner === "perceptron" || learner === "delta") off.add("optimiser").add("decay");
    if (learner === "perceptron") off.add("batch");
    if (isTruthTable || data === "own") off.add("held");
    if (data === "own") off.add("noise");
    for (const input of this.#inputs) {
      const classesOnly = input.name === "learner" && ["perceptron", "logistic"].includes(input.value);
      input.disabled = off.has(input.name) || (classesOnly && regression);
      input.closest(".field")?.toggleAttribute("data-off", input.disabled);
    }
  }

  /** A learner that is told nothing has nothing to learn from: the last input stays. */
  #keepOneFeature(input: HTMLInputElement | HTMLSelectElement): void {
    if (input.name !== "features") return;
    const inputs = this.#inputs.filter(({ name }) => name === "features") as HTMLInputElement[];
    if (!inputs.some(({ checked }) => checked)) (input as HTMLInputElement).checked = true;
  }
}

/** With another number of hidden layers; a new one is as wide as the last. */
export function withLayers(layers: readonly number[], count: number): number[] {
  const fitting = Math.min(limits.mostLayers, Math.max(0, count));
  return Array.from(
    { length: fitting },
    (_, i) => layers[i] ?? layers.at(-1) ?? settingFields.layers.fallback[0]!,
  );
}

/** With another width of one of them. */
export function withWidth(layers: readonly number[], layer: number, width: number): number[] {
  const fitting = Math.min(limits.mostUnits, Math.max(1, width));
  return layers.map((before, i) => (i === layer ? fitting : before));
}

function isChecked(input: HTMLInputElement | HTMLSelectElement): input is HTMLInputElement {
  return input.type === "checkbox" || input.type === "radio";
}
