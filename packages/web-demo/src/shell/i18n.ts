import { en, type Strings } from "./en.js";

/** The languages there are. */
export const languages: Readonly<Record<string, Strings>> = { en };

/** The strings of the document's language, or English. */
export function stringsFor(language: string): Strings {
  return languages[language.split("-")[0] ?? ""] ?? en;
}

/** Puts values into a string: `format("Step {step}", { step: 3 })` is "Step 3". Unknown names stay as they are. */
export function format(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/**
 * Replaces `{{path.to.string}}` in markup by the string at that path, escaped.
 *
 * @throws Error for a path that leads to no string
 */
export function fillIn(markup: string, strings: unknown): string {
  return markup.replace(/\{\{([\w.]+)\}\}/g, (_whole, path: string) => {
    let at: unknown = strings;
    for (const key of path.split(".")) at = (at as Record<string, unknown> | undefined)?.[key];
    if (typeof at !== "string") throw new Error(`No string at ${path}`);
    return escapeHtml(at);
  });
}

/** Text as HTML text or as a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
