import { decodeBase64 } from "./base64.js";

/** What was packed by gzip and written as base64. */
export async function gunzipBase64(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new DecompressionStream("gzip");
  const writer = stream.writable.getWriter();
  // A fault in the data shows at the reader as well.
  const written = writer.write(decodeBase64(text)).then(() => writer.close());
  written.catch(() => undefined);
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
