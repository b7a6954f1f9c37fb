import { readSettings, writeSettings } from "../../shell/urlState.js";
import { catalogue } from "./catalogue.js";
import { mostOf, type Settings, settingFields, stepOf, temperatureAt } from "./config.js";
import type { Parts } from "../../shell/parts.js";

const numbers = ["k", "alpha", "slope", "seed", "positives", "softness", "warmUp", "epochs"] as const;
type NumberName = (typeof numbers)[number];

/** What of the exhibit a setting belongs to. */
export type SettingGroup = "curves" | "trainer" | "pace";

/** The controls that the address holds, but for the lanes: reads what is chosen, shows what the address says. */
export class SettingsForm {
  readonly #parts: Parts;
  #settings: Settings;

  constructor(parts: Parts, onChange: (group: SettingGroup) => void) {
    this.#parts = parts;
    this.#settings = readSettings(settingFields, new URLSearchParams());
    const surrogate = parts.get("surrogate", "select");
    surrogate.addEventListener("change", () => {
      const before = catalogue[this.#settings.surrogate].start;
      this.#take("surrogate", surrogate.value);
      // One that needs a temperature of its own to be seen gets it; after it the usual one comes back.
      const { start = before && settingFields.temperature.fallback } = catalogue[this.#settings.surrogate];
      if (start !== undefined) this.#take("temperature", String(start));
      onChange("curves");
    });
    const temperature = parts.get("temperature", "input");
    temperature.addEventListener("input", () => {
      this.#take("temperature", String(temperatureAt(Number(temperature.value))));
      onChange("curves");
    });
    const gradient = parts.get("gradient", "input");
    gradient.addEventListener("change", () => {
      this.#take("gradient", gradient.checked ? "shown" : "hidden");
      onChange("curves");
    });
    for (const name of numbers) {
      const input = parts.get(name, "input");
      // A field in which one types is taken when it is left: half a number is none.
      input.addEventListener(input.type === "range" ? "input" : "change", () => {
        this.#take(name, input.value);
        onChange(["k", "alpha", "slope"].includes(name) ? "curves" : "trainer");
      });
    }
    for (const input of parts.get("pace").querySelectorAll("input")) {
      input.addEventListener("change", () => {
        this.#take("pace", input.value);
        onChange("pace");
      });
    }
  }

  read(): Settings {
    return this.#settings;
  }

  /** A temperature that the surrogate does not take becomes the highest that it does. */
  show(wanted: Settings): void {
    const most = mostOf(wanted.surrogate);
    const settings = { ...wanted, temperature: Math.min(wanted.temperature, most) };
    this.#settings = settings;
    this.#parts.get("surrogate", "select").value = settings.surrogate;
    const temperature = this.#parts.get("temperature", "input");
    temperature.max = String(stepOf(most));
    temperature.value = String(stepOf(settings.temperature));
    temperature.setAttribute("aria-valuetext", String(settings.temperature));
    this.#write("temperatureValue", String(settings.temperature));
    this.#parts.get("gradient", "input").checked = settings.gradient === "shown";
    for (const name of numbers) this.#parts.get(name, "input").value = String(settings[name]);
    for (const name of ["k", "alpha", "slope", "softness"] as const)
      this.#write(`${name}Value`, String(settings[name]));
    this.#write("positivesValue", `${settings.positives} %`);
    for (const input of this.#parts.get("pace").querySelectorAll("input")) {
      input.checked = input.value === settings.pace;
    }
    const { takes } = catalogue[settings.surrogate];
    for (const name of ["k", "alpha", "slope"] as const)
      this.#parts.get(`${name}Field`).hidden = takes !== name;
  }

  /** The settings as the address holds them. */
  parameters(): URLSearchParams {
    return writeSettings(settingFields, this.#settings);
  }

  #write(name: string, text: string): void {
    this.#parts.get(name).textContent = text;
  }

  /** Takes a value that the address could hold; from anything else it goes back to what was there. */
  #take(name: NumberName | "surrogate" | "temperature" | "gradient" | "pace", text: string): void {
    const value = settingFields[name].parse(text);
    this.show(value === undefined ? this.#settings : { ...this.#settings, [name]: value });
  }
}
