import type { ContenderId } from "./catalogue.js";

/** What the figures were measured on, as far as a page can tell. */
export interface Conditions {
  /** `Chromium 141 on Linux`, or `undefined` where the browser does not say. */
  readonly engine: string | undefined;
  readonly cores: number | undefined;
  readonly isolated: boolean;
  /** Known once a run has begun. */
  readonly contenders: readonly ContenderId[] | undefined;
  readonly clockMs: number | undefined;
}

/** What browsers of one family tell of themselves; the others do not have it. */
export interface UserAgentData {
  readonly brands: readonly { readonly brand: string; readonly version: string }[];
  readonly platform: string;
}

/** Name and version of the browser, and its system: by the user agent's data, else by its old line of text. */
export function engineOf(data: UserAgentData | undefined, userAgent: string): string | undefined {
  // One of the brands is noise by design, such as "Not)A;Brand"; the product comes with the engine's own name.
  const brands = data?.brands.filter(({ brand }) => !/not.*brand/i.test(brand)) ?? [];
  const brand = brands.find(({ brand: name }) => name !== "Chromium") ?? brands[0];
  if (data && brand) return on(`${brand.brand} ${brand.version}`, data.platform);
  for (const [pattern, name] of products) {
    const version = pattern.exec(userAgent)?.[1];
    if (version !== undefined)
      return on(`${name} ${version}`, systems.find(([word]) => userAgent.includes(word))?.[1]);
  }
  return undefined;
}

/** In this order: most of them name those below as well. */
const products: readonly (readonly [RegExp, string])[] = [
  [/Firefox\/(\d+)/, "Firefox"],
  [/Edg\/(\d+)/, "Edge"],
  [/Chrome\/(\d+)/, "Chrome"],
  [/Version\/([\d.]+).*Safari/, "Safari"],
];

const systems: readonly (readonly [string, string])[] = [
  ["Android", "Android"],
  ["iPhone", "iOS"],
  ["iPad", "iPadOS"],
  ["Windows", "Windows"],
  ["Mac OS X", "macOS"],
  ["Linux", "Linux"],
];

function on(browser: string, system: string | undefined): string {
  return system ? `${browser} on ${system}` : browser;
}
