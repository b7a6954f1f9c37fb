import { readSettings } from "../../shell/urlState.js";
import { type Settings, settingFields } from "./config.js";

const names = ["encoding", "compare", "policy", "spaces", "source", "size", "pace"] as const;

/** The controls that the address holds, but for the text: reads what is chosen, shows what the address says. */
export class SettingsForm {
  readonly #inputs: readonly (HTMLInputElement | HTMLSelectElement)[];

  constructor(root: HTMLElement, onChange: (name: string) => void) {
    const selector = names.map((name) => `[name=${name}]`).join();
    this.#inputs = [...root.querySelectorAll<HTMLInputElement | HTMLSelectElement>(selector)];
    for (const input of this.#inputs) input.addEventListener("change", () => onChange(input.name));
  }

  read(): Settings {
    const of = (name: string): string =>
      this.#inputs
        .filter((input) => input.name === name && (!isChecked(input) || input.checked))
        .map(({ value }) => value)
        .join(".");
    return readSettings(
      settingFields,
      new URLSearchParams([
        ...names.filter((name) => name !== "spaces").map((name) => [name, of(name)]),
        ["spaces", of("spaces") === "" ? "hidden" : "shown"],
      ]),
    );
  }

  show(settings: Settings): void {
    for (const input of this.#inputs) {
      const value = settings[input.name as (typeof names)[number]];
      if (input.name === "spaces") (input as HTMLInputElement).checked = value === "shown";
      else if (isChecked(input)) {
        input.checked = Array.isArray(value) ? value.includes(input.value) : value === input.value;
      } else input.value = String(value);
    }
  }
}

function isChecked(input: HTMLInputElement | HTMLSelectElement): input is HTMLInputElement {
  return input.type === "checkbox" || input.type === "radio";
}
