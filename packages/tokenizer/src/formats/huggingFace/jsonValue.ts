import { FormatError } from "@lanewise/core-wasm/errors";

/** Files nest by a dozen at most; who reads them does not run out of stack. */
const DEEPEST = 64;

/** A value of a JSON file and the place where it stands, so that errors can say where. Absent and null are one. */
export class JsonValue {
  readonly value: unknown;
  readonly path: string;

  readonly #depth: number;

  constructor(value: unknown, path: string, depth: number = 0) {
    this.value = value;
    this.path = path;
    this.#depth = depth;
    if (depth > DEEPEST) throw new FormatError(path.slice(0, 40), `at most ${DEEPEST} levels`, "more");
  }

  #child(value: unknown, path: string): JsonValue {
    return new JsonValue(value, path, this.#depth + 1);
  }

  /** @throws FormatError where the text is not JSON */
  static parse(text: string, name: string): JsonValue {
    try {
      return new JsonValue(JSON.parse(text), name);
    } catch (cause) {
      throw new FormatError(name, "JSON", cause instanceof Error ? cause.message : String(cause), { cause });
    }
  }

  get isAbsent(): boolean {
    return this.value === undefined || this.value === null;
  }

  /** A field of an object; absent where the object has none. */
  get(key: string): JsonValue {
    const { value } = this.#object();
    const path = this.path === "" ? key : `${this.path}.${key}`;
    return this.#child(Object.hasOwn(value, key) ? value[key] : undefined, path);
  }

  #object(): { value: Record<string, unknown> } {
    const { value } = this;
    if (typeof value !== "object" || value === null || Array.isArray(value)) this.fail("an object");
    return { value: value as Record<string, unknown> };
  }

  entries(): [string, JsonValue][] {
    return Object.entries(this.#object().value).map(([key, value]) => [
      key,
      this.#child(value, `${this.path}[${JSON.stringify(key)}]`),
    ]);
  }

  array(): JsonValue[] {
    if (!Array.isArray(this.value)) this.fail("an array");
    return (this.value as unknown[]).map((value, i) => this.#child(value, `${this.path}[${i}]`));
  }

  string(): string {
    if (typeof this.value !== "string") this.fail("a string");
    return this.value;
  }

  number(): number {
    if (typeof this.value !== "number") this.fail("a number");
    return this.value;
  }

  /** An integer in [0, 2³¹). */
  index(): number {
    const number = this.number();
    if (!Number.isInteger(number) || number < 0 || number >= 2 ** 31) this.fail("an integer in [0, 2³¹)");
    return number;
  }

  boolean(): boolean {
    if (typeof this.value !== "boolean") this.fail("true or false");
    return this.value;
  }

  /** What `read` makes of it, or `otherwise` where it is absent. */
  or<T>(otherwise: T, read: (value: JsonValue) => T): T {
    return this.isAbsent ? otherwise : read(this);
  }

  fail(expected: string): never {
    const { value } = this;
    const came = Array.isArray(value) ? "an array" : value === undefined ? "nothing" : value;
    throw new FormatError(this.path || "tokenizer.json", expected, came);
  }
}
