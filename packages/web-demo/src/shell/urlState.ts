/** One setting that lives in the address: how it is read from text, how it is written, and its default. */
export interface Field<T> {
  readonly fallback: T;
  /** `undefined` for text that is no value: the default is taken then. */
  parse(text: string): T | undefined;
  format(value: T): string;
}

/** A record of fields: the settings of an exhibit. */
export type Fields<T> = { readonly [K in keyof T]: Field<T[K]> };

/** One of a few words or numbers. */
export function choice<T extends string | number>(values: readonly T[], fallback: T): Field<T> {
  return {
    fallback,
    parse: (text) => values.find((value) => String(value) === text),
    format: String,
  };
}

/** A whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number, fallback: number): Field<number> {
  return {
    fallback,
    parse: (text) => {
      const value = /^\d+$/.test(text) ? Number(text) : NaN;
      return value >= least && value <= most ? value : undefined;
    },
    format: String,
  };
}

/** A number from `least` to `most`, kept to `digits` places. */
export function decimal(least: number, most: number, digits: number, fallback: number): Field<number> {
  return {
    fallback,
    parse: (text) => {
      const value = text.trim() === "" ? NaN : Number(text);
      return value >= least && value <= most ? Number(value.toFixed(digits)) : undefined;
    },
    format: (value) => String(Number(value.toFixed(digits))),
  };
}

/** Some of a few words, in their order, with dots between them; all of them by default. */
export function subset<T extends string>(values: readonly T[]): Field<readonly T[]> {
  return {
    fallback: values,
    parse: (text) => {
      const named = new Set(text.split("."));
      return values.filter((value) => named.has(value));
    },
    format: (chosen) => chosen.join("."),
  };
}

/** Any text up to a length. */
export function shortText(longest: number, fallback: string): Field<string> {
  return {
    fallback,
    parse: (text) => (text.length <= longest ? text : undefined),
    format: (value) => value,
  };
}

/** All settings from an address: what is missing or makes no sense is the default, what is unknown is left out. */
export function readSettings<T extends object>(fields: Fields<T>, parameters: URLSearchParams): T {
  const settings: Partial<T> = {};
  for (const key of keysOf(fields)) {
    const text = parameters.get(key);
    settings[key] = (text === null ? undefined : fields[key].parse(text)) ?? fields[key].fallback;
  }
  return settings as T;
}

/** The settings that differ from their defaults. */
export function writeSettings<T extends object>(fields: Fields<T>, settings: T): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const key of keysOf(fields)) {
    const text = fields[key].format(settings[key]);
    if (text !== fields[key].format(fields[key].fallback)) parameters.set(key, text);
  }
  return parameters;
}

/** The exhibit and its settings in a fragment such as `#charRnn?cell=gru&seed=7`. */
export function splitFragment(fragment: string): { exhibit: string; parameters: URLSearchParams } {
  const [exhibit = "", ...rest] = fragment.replace(/^#\/?/, "").split("?");
  return { exhibit, parameters: new URLSearchParams(rest.join("?")) };
}

/** The other way round. */
export function joinFragment(exhibit: string, parameters: URLSearchParams): string {
  const text = parameters.toString();
  return text === "" ? `#${exhibit}` : `#${exhibit}?${text}`;
}

function keysOf<T extends object>(fields: Fields<T>): Extract<keyof T, string>[] {
  return Object.keys(fields) as Extract<keyof T, string>[];
}
