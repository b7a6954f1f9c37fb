import { FormatError } from "@lanewise/core-wasm/errors";
import { decodeBase64 } from "./base64.js";

/**
 * What was packed by gzip and written as base64.
 *
 * @throws FormatError where it was not
 */
export async function gunzipBase64(text: string): Promise<Uint8Array> {
  try {
    return await gunzip(decodeBase64(text));
  } catch (cause) {
    throw new FormatError("encoding.data", "gzip, as base64", String(cause), { cause });
  }
}

async function gunzip(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  // A stream costs Node five times as much as its own way, which no bundler follows when it is asked for like this.
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (name: "node:zlib") => Zlib | undefined };
  };
  return process?.getBuiltinModule?.("node:zlib")?.gunzipSync(packed) ?? gunzipStream(packed);
}

interface Zlib {
  gunzipSync: (bytes: Uint8Array) => Uint8Array;
}

async function gunzipStream(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new DecompressionStream("gzip");
  const writer = stream.writable.getWriter();
  // A fault in the data shows at the reader as well.
  writer
    .write(packed)
    .then(() => writer.close())
    .catch(() => undefined);
  const parts: Uint8Array[] = [];
  const reader = stream.readable.getReader();
  let length = 0;
  for (let result = await reader.read(); !result.done; result = await reader.read()) {
    parts.push(result.value);
    length += result.value.length;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
