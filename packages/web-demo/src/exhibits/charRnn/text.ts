/**
 * Fetches a text and reports how much has arrived.
 *
 * @throws Error with the reason in plain words: no network, or what the server said
 */
export async function fetchText(
  url: string,
  signal: AbortSignal,
  onProgress: (fraction: number | undefined) => void,
): Promise<string> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  if (!response.body) return response.text();
  // A compressed answer names the compressed length: no fraction then.
  const length = Number(response.headers.get("content-length") ?? 0);
  const total = response.headers.has("content-encoding") ? 0 : length;
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = "";
  let received = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    received += value.byteLength;
    text += decoder.decode(value, { stream: true });
    onProgress(total > 0 ? Math.min(1, received / total) : undefined);
  }
}
