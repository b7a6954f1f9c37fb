/** Pixels to a side of an image. */
export const side = 28;
export const imageSize: number = side * side;

/** Images with the digit that each shows. */
export interface Digits {
  /** u8[n, 784], 0 paper to 255 ink. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** u8[n], 0 to 9. */
  readonly labels: Uint8Array<ArrayBuffer>;
}

/** What build/packDigits.mjs wrote, unpacked. @throws Error if it is not that */
export async function unpackDigits(packed: Blob): Promise<Digits> {
  const stream = packed.stream().pipeThrough(new DecompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const n = bytes.length / (1 + imageSize);
  if (!Number.isInteger(n) || n === 0) throw new Error(`the file of digits has ${bytes.length} bytes`);
  return { labels: bytes.slice(0, n), pixels: bytes.slice(n) };
}

/** The images from one to before another. */
export function part({ pixels, labels }: Digits, begin: number, end: number): Digits {
  return { labels: labels.slice(begin, end), pixels: pixels.slice(begin * imageSize, end * imageSize) };
}

/** As a network reads them: f32, 0 to 1. */
export function inputsOf(pixels: Uint8Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(pixels, (ink) => ink / 255);
}
