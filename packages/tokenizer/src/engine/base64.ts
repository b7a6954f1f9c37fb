/** Engines since 2025 have it built in; Node has had its own much longer. */
interface Built {
  readonly Uint8Array: { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
  readonly Buffer?: { from: (text: string, encoding: "base64") => Uint8Array<ArrayBuffer> };
}

export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const { Uint8Array: bytesType, Buffer: buffer } = globalThis as unknown as Built;
  if (bytesType.fromBase64) return bytesType.fromBase64(text);
  if (buffer) return buffer.from(text, "base64");
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}
