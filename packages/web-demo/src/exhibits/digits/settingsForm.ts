import type { Parts } from "../../shell/parts.js";
import { readSettings, writeSettings } from "../../shell/urlState.js";
import { type Settings, settingFields } from "./config.js";

/** The form of settings: reads what the visitor entered, shows what the address says. */
export class SettingsForm {
  readonly #form: HTMLFormElement;

  constructor(parts: Parts, onChange: () => void) {
    this.#form = parts.get("settings", "form");
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    this.#form.addEventListener("change", () => onChange());
    parts.get("newSeed").addEventListener("click", () => {
      const current = this.read();
      let { seed } = current;
      while (seed === current.seed) seed = Math.floor(Math.random() * 1000);
      this.show({ ...current, seed });
      onChange();
    });
  }

  /** What is entered; a field that makes no sense counts as its default. */
  read(): Settings {
    const parameters = new URLSearchParams();
    for (const [key, value] of new FormData(this.#form)) {
      if (typeof value === "string") parameters.set(key, value);
    }
    return readSettings(settingFields, parameters);
  }

  show(settings: Settings): void {
    for (const [key, value] of Object.entries(settings)) {
      const field = this.#form.elements.namedItem(key);
      if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement)
        field.value = String(value);
    }
  }

  /** The settings as the address holds them. */
  parameters(): URLSearchParams {
    return writeSettings(settingFields, this.read());
  }
}
