/**
 * The errors that this library throws on purpose. Each names the argument at fault, what was expected of it and what
 * came, and each but `ThreadError` is thrown before anything is written.
 */
export abstract class LanewiseError extends Error {
  abstract override readonly name: string;
  /** The argument, option or resource at fault. */
  readonly argument: string;
  readonly expected: string;
  readonly received: string;

  constructor(argument: string, expected: string, received: unknown, options?: ErrorOptions) {
    const came = describe(received);
    super(`${argument}: expected ${expected}, got ${came}`, options);
    this.argument = argument;
    this.expected = expected;
    this.received = came;
  }
}

/** An array's length, or a tensor's shape, does not fit the others. */
export class ShapeError extends LanewiseError {
  override readonly name = "ShapeError";
}

/** An array has elements of another type than the kernel takes. */
export class DTypeError extends LanewiseError {
  override readonly name = "DTypeError";
}

/** A number, an option or an index lies outside what is allowed. */
export class RangeError extends LanewiseError {
  override readonly name = "RangeError";
}

/** A file is not what it claims to be: truncated, inconsistent, or of another format. */
export class FormatError extends LanewiseError {
  override readonly name = "FormatError";
}

/** A runtime, model, session or array is used after it was disposed. */
export class DisposedError extends LanewiseError {
  override readonly name = "DisposedError";
}

/** The input is well formed, but this engine or this version cannot do it. */
export class UnsupportedError extends LanewiseError {
  override readonly name = "UnsupportedError";
}

/**
 * A thread ended, or trapped in a call, whose resident results may then be written in part. The runtime runs no more; its
 * arrays can be read.
 */
export class ThreadError extends LanewiseError {
  override readonly name = "ThreadError";
}

/** Wasm memory could not grow. Everything allocated before is untouched. */
export class OutOfMemoryError extends LanewiseError {
  override readonly name = "OutOfMemoryError";
}

function describe(value: unknown): string {
  if (typeof value === "string") return value.length > 80 ? `${value.slice(0, 77)}...` : value;
  if (ArrayBuffer.isView(value)) return value.constructor.name;
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return value.constructor?.name ?? "an object";
  return String(value);
}
