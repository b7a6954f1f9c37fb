import { readSettings, writeSettings } from "../../shell/urlState.js";
import { type Settings, settingFields } from "./config.js";
import type { Parts } from "../../shell/parts.js";

/** The form of settings: reads what the visitor entered, shows what the address says. */
export class SettingsForm {
  readonly #form: HTMLFormElement;
  readonly #temperatureValue: HTMLElement;

  constructor(parts: Parts, onChange: (settings: Settings) => void) {
    this.#form = parts.get("settings", "form");
    this.#temperatureValue = parts.get("temperatureValue");
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    this.#form.addEventListener("input", () => {
      this.#showTemperature();
      onChange(this.read());
    });
    parts.get("newSeed").addEventListener("click", () => {
      const current = this.read().seed;
      let seed = current;
      while (seed === current) seed = Math.floor(Math.random() * 1000);
      this.show({ ...this.read(), seed });
      onChange(this.read());
    });
  }

  /** What is entered; a field that makes no sense counts as its default. */
  read(): Settings {
    const data = new FormData(this.#form);
    const parameters = new URLSearchParams();
    for (const key of Object.keys(settingFields)) {
      const value = data.get(key);
      // Forms write line ends as CR LF.
      if (typeof value === "string") parameters.set(key, value.replaceAll("\r\n", "\n"));
    }
    return readSettings(settingFields, parameters);
  }

  show(settings: Settings): void {
    const entries = Object.entries(settings) as [keyof Settings, string | number][];
    for (const [key, value] of entries) {
      const field = this.#form.elements.namedItem(key);
      if (
        field instanceof RadioNodeList ||
        field instanceof HTMLInputElement ||
        field instanceof HTMLSelectElement ||
        field instanceof HTMLTextAreaElement
      ) {
        field.value = String(value);
      }
    }
    this.#showTemperature();
  }

  /** The settings as the address holds them. */
  parameters(): URLSearchParams {
    return writeSettings(settingFields, this.read());
  }

  #showTemperature(): void {
    this.#temperatureValue.textContent = String(this.read().temperature);
  }
}
