import { FormatError } from "../runtime/errors.js";

const importSection = 2;
const kindMemory = 2;
const hasMaximum = 1;
const isShared = 2;

/**
 * The same module over a shared memory. Nothing in the code differs: what `asc --enable threads --sharedMemory` makes of the
 * source is what it makes without, but for one bit at the memory's import, which is set here. (A test compares the two.)
 *
 * Ref: WebAssembly Core 3.0, 5.3.11 "Limits" and 5.5.5 "Import Section".
 *
 * @param module changed in place
 * @throws FormatError unless its first import is a memory with a maximum
 */
export function shareMemory(module: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  let at = 8; // after "\0asm" and the version
  const unsigned = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = module[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  };
  const skip = (bytes: number): void => {
    at += bytes;
  };
  while (at < module.length && module[at] !== importSection) {
    at++;
    skip(unsigned());
  }
  at++;
  unsigned(); // bytes in the section
  unsigned(); // imports
  skip(unsigned()); // "env"
  skip(unsigned()); // "memory"
  if (module[at] !== kindMemory || module[at + 1] !== hasMaximum) {
    throw new FormatError("module", "a module of this package", "one without a memory to share");
  }
  module[at + 1] = hasMaximum | isShared;
  return module;
}
