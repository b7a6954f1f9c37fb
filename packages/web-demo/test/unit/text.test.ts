import { afterEach, describe, expect, it, vi } from "vitest";
import { TextLoader } from "../../src/exhibits/charRnn/text.js";

const text = "First Citizen:\n".repeat(200);
const url = "https://example.org/text.txt";

/** A loader and the answers that its server will give, one after the other. */
function makeLoader(...answers: Response[]): { load: () => Promise<string>; modes: (string | undefined)[] } {
  const modes: (string | undefined)[] = [];
  vi.stubGlobal("fetch", async (_url: string, init?: RequestInit) => {
    modes.push(init?.cache);
    const answer = answers.shift();
    if (!answer) throw new TypeError("no network");
    return answer;
  });
  const texts = new TextLoader();
  return { load: () => texts.load(url, new AbortController().signal, () => {}), modes };
}

const answer = (body: string, type = "text/plain", status = 200): Response =>
  new Response(body, { status, headers: { "content-type": type } });

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("the text that is fetched", () => {
  it("is kept", async () => {
    const { load, modes } = makeLoader(answer(text));
    expect(await load()).toBe(text);
    expect(await load()).toBe(text);
    expect(modes).toEqual(["default"]);
  });

  for (const [name, wrong, reason] of [
    ["a web page", () => answer(text, "text/html; charset=utf-8"), "a web page in its place"],
    ["a web page that is called text", () => answer(`\n<!DOCTYPE html>${text}`), "a web page in its place"],
    ["an empty answer", () => answer(""), "only 0 characters"],
    ["a short answer", () => answer("Please log in."), "only 14 characters"],
    ["an error", () => answer(text, "text/plain", 503), "answered 503"],
  ] as const) {
    it(`is not ${name}: trying again asks anew, past the browser's cache`, async () => {
      const { load, modes } = makeLoader(wrong(), wrong(), answer(text));
      await expect(load()).rejects.toThrow(reason);
      await expect(load()).rejects.toThrow(reason);
      expect(await load()).toBe(text);
      expect(modes).toEqual(["default", "reload", "reload"]);
    });
  }

  it("is not given up for a network that fails", async () => {
    const { load, modes } = makeLoader();
    await expect(load()).rejects.toThrow("no network");
    await expect(load()).rejects.toThrow("no network");
    expect(modes).toHaveLength(2);
  });
});
