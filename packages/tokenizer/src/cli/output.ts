import { once } from "node:events";
import { access, constants, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Failure, messageOf } from "./failure.js";

/** Writes to standard output, and waits where it is not read as fast. */
export async function print(text: string | Uint8Array): Promise<void> {
  if (text.length > 0 && !process.stdout.write(text)) await once(process.stdout, "drain");
}

/** Collects short pieces of output, so that each is no write of its own. */
export class Printer {
  #text = "";

  async add(text: string): Promise<void> {
    this.#text += text;
    if (this.#text.length >= 1 << 16) await this.flush();
  }

  async flush(): Promise<void> {
    const text = this.#text;
    this.#text = "";
    await print(text);
  }
}

/** @throws Failure where no file can be made in the folder: better known before the work than behind it */
export async function checkFolder(path: string): Promise<void> {
  const folder = dirname(path);
  try {
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw new Failure(`cannot write into ${folder}: ${messageOf(cause)}`, 1, { cause });
  }
}

/**
 * Writes a file that is there as a whole or not at all: under another name first.
 *
 * @throws Failure where it cannot be written; the signal's reason where it was aborted meanwhile
 */
export async function writeWhole(
  path: string,
  content: Uint8Array | string,
  signal: AbortSignal,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    signal.throwIfAborted();
    await writeFile(temporary, content, { signal });
    signal.throwIfAborted();
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    signal.throwIfAborted();
    throw new Failure(`cannot write ${path}: ${messageOf(cause)}`, 1, { cause });
  }
}
