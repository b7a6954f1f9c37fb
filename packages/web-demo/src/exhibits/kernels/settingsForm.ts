import { readSettings, writeSettings } from "../../shell/urlState.js";
import { type Settings, settingFields } from "./config.js";

/** The choice of jobs and of the run's length: reads what is chosen, shows what the address says. */
export class SettingsForm {
  readonly #inputs: readonly HTMLInputElement[];

  constructor(root: HTMLElement, onChange: () => void) {
    this.#inputs = [...root.querySelectorAll<HTMLInputElement>("input[name=length], input[name=jobs]")];
    for (const input of this.#inputs) input.addEventListener("change", onChange);
  }

  read(): Settings {
    const chosen = (name: string): string =>
      this.#inputs
        .filter((input) => input.name === name && input.checked)
        .map(({ value }) => value)
        .join(".");
    return readSettings(
      settingFields,
      new URLSearchParams({ length: chosen("length"), jobs: chosen("jobs") }),
    );
  }

  show({ length, jobs }: Settings): void {
    const checked = new Set<string>([length, ...jobs]);
    for (const input of this.#inputs) input.checked = checked.has(input.value);
  }

  /** The settings as the address holds them. */
  parameters(): URLSearchParams {
    return writeSettings(settingFields, this.read());
  }
}
