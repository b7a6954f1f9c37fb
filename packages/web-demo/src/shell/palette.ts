/** The colours of the page that canvases draw with, as shell.css names them. */
export type ColourName = "ink" | "muted" | "rule" | "page" | "paper" | "train" | "heldOut" | "low" | "high";

/** The page's colours as they are now. */
export interface Palette {
  /** A colour as CSS writes it: `rgb(200, 55, 27)`. */
  readonly colour: (name: ColourName) => string;
  /** Red, green and blue, 0 to 255. */
  readonly rgb: (name: ColourName) => readonly [number, number, number];
  /** Calls back when light becomes dark, or the other way round, `until` that is aborted. */
  readonly onChange: (listener: () => void, until?: AbortSignal) => void;
}

/** Reads the palette from the style sheet: it is defined there, once. */
export function documentPalette(): Palette {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const cache = new Map<ColourName, string>();
  const listeners = new Set<() => void>();

  const colour = (name: ColourName): string => {
    let value = cache.get(name);
    if (value === undefined) {
      probe.style.color = `var(--${name})`;
      value = getComputedStyle(probe).color;
      cache.set(name, value);
    }
    return value;
  };
  const changed = (): void => {
    cache.clear();
    for (const listener of listeners) listener();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  new MutationObserver(changed).observe(document.documentElement, { attributeFilter: ["data-theme"] });

  return {
    colour,
    rgb: (name) => {
      const [red = 0, green = 0, blue = 0] = (colour(name).match(/[\d.]+/g) ?? []).map(Number);
      return [red, green, blue];
    },
    onChange: (listener, until) => {
      listeners.add(listener);
      until?.addEventListener("abort", () => listeners.delete(listener));
    },
  };
}
