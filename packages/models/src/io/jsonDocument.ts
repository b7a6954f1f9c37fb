import { FormatError, RangeError } from "@lanewise/core-wasm";

/**
 * The JSON of a plain object, of which nothing may get lost on the way: `JSON.stringify` makes NaN a null, −0 a 0 and a
 * Date a string.
 *
 * @throws RangeError that names what JSON does not keep
 */
export function documentJson(name: string, document: object): string {
  if (Array.isArray(document)) throw new RangeError(name, "an object", "an array");
  checkKept(name, document, new Set());
  return JSON.stringify(document);
}

/** @throws FormatError unless `text` is a JSON object */
export function parseDocument(name: string, text: string): Record<string, unknown> {
  const argument = `__metadata__.${name}`;
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(argument, "a JSON object", text, { cause });
  }
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    throw new FormatError(argument, "a JSON object", text);
  }
  return document as Record<string, unknown>;
}

/** @param around the objects that `value` is part of, so that a circle is seen */
function checkKept(path: string, value: unknown, around: Set<object>): void {
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value === "number") {
    if (!Number.isFinite(value) || Object.is(value, -0)) {
      throw new RangeError(path, "a number that JSON keeps", Object.is(value, -0) ? "-0" : value);
    }
    return;
  }
  if (typeof value !== "object") throw new RangeError(path, "a value that JSON keeps", typeof value);
  if (around.has(value)) throw new RangeError(path, "no circle", "an object inside itself");
  around.add(value);
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) checkKept(`${path}[${i}]`, value[i], around);
  } else {
    const prototype: unknown = Object.getPrototypeOf(value);
    if ((prototype !== null && prototype !== Object.prototype) || "toJSON" in value) {
      throw new RangeError(path, "a plain object", value);
    }
    for (const [key, member] of Object.entries(value)) {
      if (member !== undefined) checkKept(`${path}.${key}`, member, around);
    }
  }
  around.delete(value);
}
