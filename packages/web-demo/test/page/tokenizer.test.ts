import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Site, type Visit } from "./page.js";

let site: Site;
const visits: Visit[] = [];

beforeAll(async () => {
  site = await Site.open();
});
afterEach(async () => {
  for (const visit of visits.splice(0)) await visit.leave();
});
afterAll(() => site.close());

/** The smallest encoding, so that the tests are short. */
const small = "#tokenizer?encoding=gpt2";

const visit = async ({ fragment = small, ...options }: Parameters<Site["visit"]>[0] = {}): Promise<Visit> => {
  const made = await site.visit({ fragment, ...options });
  visits.push(made);
  await expect.poll(() => made.page.locator("#tokenizer [data-part=train]").isEnabled()).toBe(true);
  return made;
};

const finished = (v: Visit): Promise<void> => v.phase("finished", "tokenizer");
const tokens = (v: Visit): Promise<string[]> => v.page.locator("#tokenizer .tokens .token").allTextContents();

/** Types a text, and waits until it is what the tokens are of. */
const type = async (v: Visit, text: string, expected: string[]): Promise<void> => {
  await v.page.locator("[data-part=text]").fill(text);
  await expect.poll(() => tokens(v)).toEqual(expected);
};

const count = async (v: Visit, encoding: string): Promise<string | null> =>
  v.page.locator(`[data-count=${encoding}] [data-cell=tokens]`).textContent();

describe("the tokens", () => {
  it("follow the text, with ids, bytes and places for pointer and keyboard, without a complaint", async () => {
    const v = await visit();
    const { page } = v;
    await finished(v);
    await type(v, "hello world\n\té…", ["hello", "·world", "↵\n", "→", "é", "…"]);
    expect(await v.text("total")).toBe("6");
    await page.locator(".token", { hasText: "world" }).hover();
    expect(await v.text("id")).toBe("995");
    expect(await v.text("content")).toBe('" world"');
    expect(await v.text("bytes")).toBe("20 77 6F 72 6C 64");
    expect(await v.text("place")).toBe("5 to 11");
    await page.locator("[data-part=tokens]").focus();
    await page.keyboard.press("Home");
    expect(await v.text("id")).toBe("31373");
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    expect(await v.text("bytes")).toBe("C3 A9");
    const active = await page.locator("[data-part=tokens]").getAttribute("aria-activedescendant");
    expect(await page.locator(`#${active}`).getAttribute("aria-selected")).toBe("true");
    expect(await page.locator('[aria-selected="true"]').count()).toBe(1);
    expect(v.complaints).toEqual([]);
  });

  it("show a character of several tokens once, and the bytes of its other parts", async () => {
    const v = await visit();
    await finished(v);
    await type(v, "a𠮷b", ["a", "𠮷", "⟨A0⟩", "⟨AE⟩", "⟨B7⟩", "b"]);
    expect(await v.text("total")).toBe("6");
  });

  it("show white space as it is where that is wanted", async () => {
    const v = await visit();
    await finished(v);
    await type(v, "a b", ["a", "·b"]);
    await v.page.locator("[name=spaces]").uncheck();
    await expect.poll(() => tokens(v)).toEqual(["a", " b"]);
    await v.page.waitForURL(/spaces=hidden/);
  });

  it("are there within 100 ms of a key", async () => {
    const v = await visit();
    await finished(v);
    const took = await v.page.evaluate(async () => {
      const field = document.querySelector<HTMLTextAreaElement>("[data-part=text]")!;
      const list = document.querySelector("[data-part=tokens]")!;
      const began = performance.now();
      const drawn = new Promise<number>((resolve) => {
        new MutationObserver(() => resolve(performance.now() - began)).observe(list, { childList: true });
      });
      field.value += " and more";
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
      return drawn;
    });
    expect(took).toBeGreaterThan(0);
    expect(took).toBeLessThan(100);
  });

  it("of a megabyte are counted whole and drawn in part, while the page goes on", async () => {
    const v = await visit();
    const { page } = v;
    await finished(v);
    /** Pastes, and says how long the page was held up at the most until the count was there. */
    const paste = (): Promise<number> =>
      page.evaluate(async () => {
        const field = document.querySelector<HTMLTextAreaElement>("[data-part=text]")!;
        const data = new DataTransfer();
        data.setData("text/plain", "a word\n".repeat(150_000));
        field.setSelectionRange(0, field.value.length);
        let [longest, last] = [0, performance.now()];
        const beat = setInterval(() => {
          const now = performance.now();
          longest = Math.max(longest, now - last);
          last = now;
        });
        field.dispatchEvent(
          new ClipboardEvent("paste", { clipboardData: data, cancelable: true, bubbles: true }),
        );
        while (document.querySelector("[data-part=total]")!.textContent !== "450,000")
          await new Promise((resolve) => setTimeout(resolve, 20));
        clearInterval(beat);
        return longest;
      });
    const held = [await paste()];
    // What else the machine does holds the page up as well: not three times.
    while (held.length < 3 && Math.min(...held) > 250) {
      await v.click("clear");
      await expect.poll(() => v.text("total")).toBe("0");
      held.push(await paste());
    }
    // A text field that is given a megabyte takes seconds.
    expect(Math.min(...held)).toBeLessThan(250);
    expect(await page.locator(".tokens .token").count()).toBe(1500);
    expect(await v.text("range")).toBe("1 to 1,500 of 450,000");
    expect(await v.text("textMessage")).toContain("1,050,000 characters");
    expect((await page.locator("[data-part=text]").inputValue()).length).toBe(10_000);
    expect(await page.locator("[data-part=text]").getAttribute("readonly")).not.toBeNull();
    await v.click("later");
    await expect.poll(() => v.text("range")).toBe("1,501 to 3,000 of 450,000");
    await v.click("link");
    expect(await v.text("shareMessage")).toContain("too long");
    await v.click("clear");
    await expect.poll(() => v.text("total")).toBe("0");
    await type(v, "again", ["again"]);
    expect(v.complaints).toEqual([]);
  });

  it("of hostile runs are there as soon", async () => {
    const v = await visit();
    await finished(v);
    await v.page.getByRole("button", { name: "Hostile runs" }).click();
    await expect.poll(() => v.number("total"), { timeout: 5000 }).toBeGreaterThan(3000);
  });
});

describe("encodings", () => {
  it("are fetched when they are chosen, counted side by side, and timed", async () => {
    const v = await visit();
    const { page } = v;
    const requested: string[] = [];
    page.on("request", (request) => requested.push(request.url()));
    await finished(v);
    await v.page.locator("[data-part=text]").fill("antidisestablishmentarianism 12345");
    await expect.poll(async () => (await tokens(v)).join("")).toBe("antidisestablishmentarianism·12345");
    const big = (): string[] => requested.filter((url) => /cl100k|o200k|p50k/.test(url));
    expect(big()).toEqual([]);
    await page.locator("[name=compare][value=cl100k_base]").check();
    await expect.poll(() => count(v, "cl100k_base")).toBe("9");
    expect(big().every((url) => url.includes("cl100k"))).toBe(true);
    expect(big().length).toBeGreaterThan(0);
    await expect
      .poll(() => page.locator("[data-count=cl100k_base] [data-cell=time]").textContent())
      .toMatch(/^[\d.,]+ (µs|ms)$/);
    await page.waitForURL(/compare=cl100k_base/);
    await page.locator("[name=compare][value=cl100k_base]").uncheck();
    await expect.poll(() => count(v, "cl100k_base")).toBe("–");
    await page.locator("[name=encoding]").selectOption("cl100k_base");
    await expect.poll(() => v.text("total")).toBe("9");
    await expect.poll(() => v.text("status")).toBe("Counted by cl100k_base");
    expect(v.complaints).toEqual([]);
  });

  it("take control tokens as text, as control, or refuse them", async () => {
    const v = await visit();
    await finished(v);
    await type(v, "a<|endoftext|>", ["a", "<", "|", "end", "of", "text", "|", ">"]);
    await v.page.locator("[name=policy][value=allow]").check({ force: true });
    await expect.poll(() => tokens(v)).toEqual(["a", "<|endoftext|>"]);
    await v.page.locator("[name=policy][value=disallow]").check({ force: true });
    await v.page.getByRole("alert").waitFor();
    expect(await v.text("failureText")).toContain("<|endoftext|>");
    expect(await tokens(v)).toEqual([]);
    await type(v, "a", ["a"]);
    expect(await v.page.getByRole("alert").count()).toBe(0);
  });
});

describe("training", () => {
  const settings = `${small}&source=text`;

  it("shows the merges, cuts the text by them, and hands out what was learnt", async () => {
    const v = await visit({ fragment: `${settings}&pace=full&size=258` });
    const { page } = v;
    await finished(v);
    await page.locator("[data-part=text]").fill("aaabdaaabac aaabdaaabac");
    await v.click("train");
    await expect.poll(() => v.text("trainMessage")).toMatch(/^258 tokens, in [\d,]+ ms/);
    const rows = page.locator("[data-part=merges] tr");
    expect(await rows.count()).toBe(2);
    expect(await rows.last().textContent()).toMatch(/^1a \+ a → aa/);
    expect(await page.locator("[name=encoding]").inputValue()).toBe("own");
    await expect.poll(() => v.text("total")).toBe(await v.text("probe"));
    expect((await tokens(v)).slice(0, 2)).toEqual(["aa", "ab"]);

    const save = async (part: string): Promise<string> => {
      const download = page.waitForEvent("download");
      await v.click(part);
      return readFileSync(await (await download).path(), "utf8");
    };
    const lines = (await save("save-tiktoken")).trim().split("\n");
    expect(lines).toHaveLength(258);
    expect(lines[256]).toBe(`${btoa("aa")} 256`);
    const json = JSON.parse(await save("save-json")) as {
      model: { type: string; vocab: Record<string, number> };
    };
    expect(json.model.type).toBe("BPE");
    expect(json.model.vocab["aa"]).toBe(256);
    expect(v.complaints).toEqual([]);
  });

  it("learns from Shakespeare while one watches, stops, and begins again", async () => {
    const v = await visit({ fragment: "#tokenizer?encoding=gpt2&size=2000" });
    await finished(v);
    await v.click("train");
    await expect
      .poll(() => v.page.locator("[data-part=merges] tr").count(), { timeout: 20_000 })
      .toBeGreaterThan(10);
    const early = await v.number("probe");
    await expect.poll(() => v.number("probe"), { timeout: 20_000 }).toBeLessThan(early);
    expect(await v.text("train")).toBe("Stop");
    await v.click("train");
    await expect.poll(() => v.text("trainMessage")).toBe("Stopped.");
    const rows = await v.page.locator("[data-part=merges] tr").count();
    await v.page.waitForTimeout(300);
    expect(await v.page.locator("[data-part=merges] tr").count()).toBe(rows);
    await v.page.locator("[name=pace][value=full]").check({ force: true });
    await v.click("train");
    await expect.poll(() => v.text("trainMessage"), { timeout: 20_000 }).toContain("2,000 tokens");
    // Only the last merges are drawn.
    expect(await v.page.locator("[data-part=merges] tr").count()).toBe(200);
    expect(v.complaints).toEqual([]);
  });
});

describe("the address", () => {
  it("holds settings and text, and is followed", async () => {
    const v = await visit();
    const { page } = v;
    await finished(v);
    await type(v, "shared ✓ text", ["shared", "·✓", "·text"]);
    await page.waitForURL(/text=p/);
    await page.reload();
    await expect.poll(() => page.locator("[data-part=text]").inputValue()).toBe("shared ✓ text");
    await page.evaluate(() => {
      location.hash = "#tokenizer?encoding=gpt2&sample=code&size=999";
    });
    await expect.poll(() => page.locator("[data-part=text]").inputValue()).toContain("fibonacci");
    expect(await page.locator("[name=size]").inputValue()).toBe("999");
    expect(await page.getByRole("button", { name: "Code" }).getAttribute("aria-pressed")).toBe("true");
    expect(v.complaints).toEqual([]);
  });
});

describe("when something fails", () => {
  it("shows that the worker did not load, and tries again", async () => {
    const made = await site.arrive();
    visits.push(made);
    let broken = true;
    await made.context.route("**/tokenizerWorker*.js", (route) =>
      broken ? route.abort() : route.continue(),
    );
    await made.page.goto(site.url + small);
    await made.phase("error", "tokenizer");
    expect(await made.text("failureText")).toContain("Check the connection");
    broken = false;
    await made.click("retry");
    await finished(made);
    expect(await made.page.getByRole("alert").count()).toBe(0);
  });

  it("shows that an encoding did not load, and tries again", async () => {
    const made = await site.arrive();
    visits.push(made);
    let broken = true;
    await made.context.route("**/gpt2*.js", (route) => (broken ? route.abort() : route.continue()));
    await made.page.goto(site.url + small);
    await made.phase("error", "tokenizer");
    expect(await made.text("failureText")).toContain("gpt2 could not be loaded");
    broken = false;
    await made.click("retry");
    await finished(made);
  });
});

describe("for everyone", () => {
  it("costs little without the encodings, and the other exhibits' visitors nothing", async () => {
    const load = async (fragment: string): Promise<{ requested: string[]; compressed: number }> => {
      const made = await site.arrive();
      visits.push(made);
      const requested: string[] = [];
      const bodies: Promise<Buffer>[] = [];
      await made.context.route(/gpt2|tokenizerWorker/, (route) => route.abort());
      made.page.on("request", (request) => requested.push(request.url()));
      made.page.on("response", (response) => bodies.push(response.body()));
      await made.page.goto(site.url + fragment);
      await made.page.waitForLoadState("networkidle");
      let compressed = 0;
      for (const body of await Promise.all(bodies)) compressed += gzipSync(body).byteLength;
      return { requested, compressed };
    };
    const other = await load("");
    expect(other.requested.filter((url) => /tokenizer|gpt2|cl100k|o200k/i.test(url))).toEqual([]);
    const own = await load(small);
    expect(own.requested.filter((url) => /charRnn[^/]*\.js|kernels[^/]*\.js/.test(url))).toEqual([]);
    expect(own.requested.filter((url) => !url.startsWith(site.url))).toEqual([]);
    expect(own.compressed).toBeGreaterThan(15_000);
    expect(own.compressed).toBeLessThan(60_000);
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`has no accessibility complaint in ${colorScheme}, read and trained`, async () => {
      const v = await visit({
        fragment: `${small}&source=text&pace=full&size=300&sample=emoji`,
        colorScheme,
      });
      await finished(v);
      await v.page.locator(".tokens .token").first().hover();
      expect(await v.violations()).toEqual([]);
      await v.click("train");
      await expect.poll(() => v.text("trainMessage")).toContain("tokens");
      expect(await v.violations()).toEqual([]);
    });
  }

  it("fits 360 pixels, with every sample and after a training", async () => {
    const v = await visit({
      fragment: `${small}&source=text&pace=full&size=300&compare=r50k_base`,
      viewport: { width: 360, height: 740 },
    });
    await finished(v);
    for (const button of await v.page.locator("[data-sample]").all()) {
      await button.click();
      await finished(v);
      expect(await v.overflow(), (await button.textContent())!).toBeLessThanOrEqual(0);
    }
    await v.click("train");
    await expect.poll(() => v.text("trainMessage")).toContain("tokens");
    expect(await v.overflow()).toBeLessThanOrEqual(0);
  });

  it("reads offline once the encoding was used", async () => {
    const made = await site.visit({ serviceWorkers: "allow" });
    visits.push(made);
    await made.page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
    await made.page.goto(`${site.url}${small}`);
    await finished(made);
    await made.context.setOffline(true);
    await made.page.reload();
    await finished(made);
    expect(await made.number("total")).toBeGreaterThan(20);
    expect(made.complaints).toEqual([]);
  });
});
