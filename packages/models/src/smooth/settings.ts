import { checkInteger, checkNumber } from "@lanewise/core-wasm";
import type { Surrogate, SurrogateSettings } from "./surrogate.js";

/**
 * All settings of a surrogate: those that are given, and the defaults. What it does not take is passed over.
 *
 * @throws RangeError for one outside of its parameter's range
 */
export function settingsOf(
  { parameters }: Surrogate,
  given: Partial<SurrogateSettings> = {},
): SurrogateSettings {
  const settings = { temperature: 1, alpha: 1.5, slope: 0, k: 1 };
  for (const { name, default: usual, least, most, whole } of parameters) {
    const value = given?.[name] ?? usual;
    if (whole) checkInteger(name, value, least, most);
    else checkNumber(name, value, least, most);
    settings[name] = value;
  }
  return settings;
}
