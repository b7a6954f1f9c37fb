import { ownTextLimits } from "./config.js";

const webPage = "the server sent a web page in its place";

type OnProgress = (fraction: number | undefined) => void;

/** Fetches texts and keeps the last one: only a right one, so that trying again can help. */
export class TextLoader {
  #kept: { url: string; text: string } | undefined;
  #failed = false;

  /** @throws Error as `fetchText` does */
  async load(url: string, signal: AbortSignal, onProgress: OnProgress): Promise<string> {
    if (this.#kept?.url === url) return this.#kept.text;
    try {
      // The browser's cache may hold the wrong answer as well.
      const text = await fetchText(url, signal, onProgress, this.#failed ? "reload" : "default");
      this.#kept = { url, text };
      this.#failed = false;
      return text;
    } catch (error) {
      if (!signal.aborted) this.#failed = true;
      throw error;
    }
  }
}

/**
 * Fetches a text and reports how much has arrived.
 *
 * @throws Error with the reason in plain words: no network, what the server said, or that its answer is not the text
 */
async function fetchText(
  url: string,
  signal: AbortSignal,
  onProgress: OnProgress,
  cache: RequestCache,
): Promise<string> {
  const response = await fetch(url, { signal, cache });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  // The page of a network that wants a login first, say: its status is 200 too.
  if (/html/i.test(response.headers.get("content-type") ?? "")) throw new Error(webPage);
  const text = await read(response, onProgress);
  if (/^\s*<(!doctype|html)/i.test(text)) throw new Error(webPage);
  if (text.length < ownTextLimits.least) {
    throw new Error(`the server sent only ${text.length} characters of it`);
  }
  return text;
}

async function read(response: Response, onProgress: OnProgress): Promise<string> {
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
