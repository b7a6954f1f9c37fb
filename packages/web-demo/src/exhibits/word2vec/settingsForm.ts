import { readSettings, writeSettings } from "../../shell/urlState.js";
import { type Settings, settingFields } from "./config.js";

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** The controls that the address holds: reads what is chosen, shows what the address says. */
export class SettingsForm {
  readonly #controls: readonly Control[];

  /** @param onChange with the name of the setting, for every key in a field of text */
  constructor(root: HTMLElement, onChange: (name: keyof Settings) => void) {
    const selector = Object.keys(settingFields).map((name) => `[name=${name}]`);
    this.#controls = [...root.querySelectorAll<Control>(selector.join())];
    for (const control of this.#controls) {
      const changed = (): void => onChange(control.name as keyof Settings);
      control.addEventListener(isTyped(control) ? "input" : "change", changed);
    }
  }

  read(): Settings {
    const parameters = new URLSearchParams();
    for (const control of this.#controls) {
      if (!isRadio(control) || control.checked) parameters.set(control.name, control.value.trim());
    }
    return readSettings(settingFields, parameters);
  }

  show(settings: Settings): void {
    for (const control of this.#controls) {
      const value = String(settings[control.name as keyof Settings]);
      if (isRadio(control)) control.checked = control.value === value;
      // Writing the same would move the caret.
      else if (control.value.trim() !== value) control.value = value;
    }
  }

  /** Some of the settings, as if the visitor had chosen them. */
  change(changes: Partial<Settings>): void {
    this.show({ ...this.read(), ...changes });
  }

  parameters(): URLSearchParams {
    return writeSettings(settingFields, this.read());
  }
}

function isRadio(control: Control): control is HTMLInputElement {
  return control.type === "radio";
}

function isTyped(control: Control): boolean {
  return control.type === "text" || control.type === "search" || control.tagName === "TEXTAREA";
}
