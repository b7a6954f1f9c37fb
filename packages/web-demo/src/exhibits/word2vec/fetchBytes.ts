/**
 * Fetches a file and reports how much of it has arrived, where that is known.
 *
 * @throws Error with the reason in plain words: what the server said, or that its answer is a web page
 */
export async function fetchBytes(
  url: string,
  onProgress: (fraction: number | undefined) => void,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url, signal ? { signal } : {});
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  // The page of a network that wants a login first, say: its status is 200 too.
  if (/html/i.test(response.headers.get("content-type") ?? "")) {
    throw new Error("the server sent a web page in its place");
  }
  if (!response.body) return new Uint8Array(await response.arrayBuffer());
  // A compressed answer names the compressed length: no fraction then.
  const total = response.headers.has("content-encoding")
    ? 0
    : Number(response.headers.get("content-length") ?? 0);
  const chunks: Uint8Array[] = [];
  let received = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    received += value.byteLength;
    onProgress(total > 0 ? Math.min(1, received / total) : undefined);
  }
  const bytes = new Uint8Array(received);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
