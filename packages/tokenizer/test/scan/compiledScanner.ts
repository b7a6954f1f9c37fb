import type { ScannerName } from "../../src/definition.js";
import { EngineMemory, engineModule } from "../../src/engine/engineMemory.js";
import { scannerNumbers } from "../../src/engine/scanners.js";

export const scannerNames = Object.keys(scannerNumbers) as ScannerName[];

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** What lies behind a text in memory, which must change nothing: letters, spaces, a contraction, bytes that are no UTF-8. */
const behind = ["a".repeat(16), "A".repeat(16), " ".repeat(16), "'s re 1\n\n/漢"].map((text) =>
  encoder.encode(text),
);
behind.push(new Uint8Array(16).fill(0xff), new Uint8Array(16).fill(0x80));

/** The compiled scanners by themselves, in one memory that grows. */
export class CompiledScanner {
  readonly #memory = new EngineMemory(engineModule());
  #calls = 0;

  /** Where the pieces of a text end, in bytes of its UTF-8. */
  ends(scanner: ScannerName, text: string): Uint32Array {
    const { begin, end, output } = this.#put(text);
    const n = this.#memory.wasm.pieceEnds(output, scannerNumbers[scanner], begin, end);
    return this.#memory.u32.slice(output >> 2, (output >> 2) + n);
  }

  /** Up to which byte a text that goes on can be cut for good. */
  lastCut(scanner: ScannerName, text: string): number {
    const { begin, end } = this.#put(text);
    return this.#memory.wasm.lastCut(scannerNumbers[scanner], begin, end) - begin;
  }

  #put(text: string): { begin: number; end: number; output: number } {
    const bytes = encoder.encode(text);
    const begin = this.#memory.top;
    const end = begin + bytes.length;
    const output = (end + 79) & -64;
    this.#memory.reserve(output + 4 * bytes.length + 4);
    this.#memory.u8.set(bytes, begin);
    this.#memory.u8.set(behind[this.#calls++ % behind.length]!, end);
    return { begin, end, output };
  }

  pieces(scanner: ScannerName, text: string): string[] {
    const bytes = encoder.encode(text);
    let begin = 0;
    return Array.from(this.ends(scanner, text), (end) =>
      decoder.decode(bytes.subarray(begin, (begin = end))),
    );
  }
}

/** The bytes of UTF-8 that a well-formed string has. */
export function utf8Length(text: string): number {
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // Both halves of a pair count two.
    n += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
  }
  return n;
}

/** Lone surrogates as U+FFFD. */
export function wellFormed(text: string): string {
  return decoder.decode(encoder.encode(text));
}
