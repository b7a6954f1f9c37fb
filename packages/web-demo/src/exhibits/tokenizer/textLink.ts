/**
 * A text as a part of the address: a letter that says how, and base64url. "p" is plain UTF-8, "d" is deflate (RFC 1951),
 * whichever is shorter.
 */
export async function packText(text: string): Promise<string> {
  const plain = new TextEncoder().encode(text);
  const deflated = await through(plain, new CompressionStream("deflate-raw"), Infinity);
  return deflated && deflated.length < plain.length ? `d${toBase64(deflated)}` : `p${toBase64(plain)}`;
}

/** `undefined` for what is no such text, or more than so many characters. */
export async function unpackText(packed: string, most: number): Promise<string | undefined> {
  const bytes = fromBase64(packed.slice(1));
  if (!bytes || (packed[0] !== "p" && packed[0] !== "d")) return undefined;
  try {
    // Three bytes a code unit at most; a small address could hold gigabytes of zeros.
    const plain =
      packed[0] === "p" ? bytes : await through(bytes, new DecompressionStream("deflate-raw"), 3 * most);
    if (!plain) return undefined;
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(plain);
    return text.length <= most ? text : undefined;
  } catch {
    return undefined;
  }
}

/** What comes out, or `undefined` where that is more than so many bytes. */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: GenericTransformStream,
  most: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const writer = (stream.writable as WritableStream<Uint8Array<ArrayBuffer>>).getWriter();
  const written = writer.write(bytes).then(() => writer.close());
  // What fails here fails at the reader too.
  written.catch(() => undefined);
  const reader = (stream.readable as ReadableStream<Uint8Array<ArrayBuffer>>).getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
    if (length > most) {
      await reader.cancel();
      return undefined;
    }
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  } catch {
    return undefined;
  }
}
