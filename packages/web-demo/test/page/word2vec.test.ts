import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { plantedQuestions } from "../../src/exhibits/word2vec/plantedCorpus.js";
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

const visit = async (
  settings = "",
  options: Omit<NonNullable<Parameters<Site["visit"]>[0]>, "fragment"> = {},
): Promise<Visit> => {
  const made = await site.visit({ fragment: `#word2vec${settings && `?${settings}`}`, ...options });
  visits.push(made);
  await expect.poll(() => made.page.locator("#word2vec [data-part=primary]").isEnabled()).toBe(true);
  return made;
};

const scores = (v: Visit, part: string): Promise<string[]> =>
  v.page.locator(`[data-part=${part}] button`).allTextContents();
const field = (page: Page, name: string): ReturnType<Page["locator"]> =>
  page.locator(`#word2vec [name=${name}]`);
const choose = (page: Page, name: string, value: string): Promise<void> =>
  page.locator(`#word2vec [name=${name}][value="${value}"]`).check({ force: true });
const drawn = async (v: Visit): Promise<void> => {
  await expect.poll(() => v.text("mapMessage"), { timeout: 20_000 }).toMatch(/^\d+ words, (seen|laid)/);
};
const phase = (v: Visit, name: string): Promise<void> => v.phase(name, "word2vec");
/** A training that is over in moments. */
const quick = "vectors=trained&corpus=planted&dim=24&epochs=2&pace=full";

/** Waits until what is shown answers what is asked. */
const answered = async ({ page }: Visit): Promise<void> => {
  await page.waitForFunction(() => {
    const { asked: question, answered: answer } = document.querySelector<HTMLElement>("#word2vec")!.dataset;
    return question !== undefined && question === answer;
  });
};

/** What the page answers to a is to b as c is to. */
const asked = async (v: Visit, a: string, b: string, c: string): Promise<string | undefined> => {
  for (const [name, word] of Object.entries({ a, b, c })) await field(v.page, name).fill(word);
  await answered(v);
  return (await scores(v, "answers"))[0];
};

describe("the vectors that come with the page", () => {
  it("answer what is typed: neighbours, an analogy, the odd one out, without a complaint", async () => {
    const v = await visit();
    const { page } = v;
    await drawn(v);
    await expect.poll(() => scores(v, "neighbours")).toHaveLength(10);
    expect((await scores(v, "answers"))[0]).toBe("her");
    const before = await scores(v, "neighbours");
    await field(page, "word").fill("Blue");
    await expect.poll(() => scores(v, "neighbours")).not.toEqual(before);
    expect(await scores(v, "neighbours")).not.toContain("blue");
    expect(await v.text("cost")).toMatch(/words searched in [\d.,]+ (ms|µs); [\d.]+ [kM]B/);
    await field(page, "word").fill("qwertz");
    await expect.poll(() => v.text("nearMessage")).toBe("“qwertz” is not in the vocabulary.");
    expect(await scores(v, "neighbours")).toEqual([]);
    await field(page, "among").fill("monday tuesday friday church");
    await expect.poll(() => v.text("oddMessage")).toContain("does not match");
    expect(await scores(v, "odd")).toHaveLength(4);
    expect(v.complaints).toEqual([]);
  });

  it("complete words, are searched in bytes, and go from neighbour to neighbour", async () => {
    const v = await visit();
    const { page } = v;
    await drawn(v);
    await field(page, "word").fill("");
    await field(page, "word").pressSequentially("wat");
    const offered = await page
      .locator("#word2vec-completions option")
      .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
    expect(offered).toContain("water");
    await field(page, "word").fill("water");
    await expect.poll(() => scores(v, "neighbours")).toHaveLength(10);
    const exact = await scores(v, "neighbours");
    const size = await v.text("cost");
    await choose(page, "precision", "int8");
    await expect.poll(() => v.text("cost")).not.toBe(size);
    await expect.poll(() => scores(v, "neighbours")).toHaveLength(10);
    const small = await scores(v, "neighbours");
    expect(small.filter((word) => exact.includes(word)).length).toBeGreaterThanOrEqual(8);
    await page.locator("[data-part=neighbours] button").first().click();
    expect(await field(page, "word").inputValue()).toBe(small[0]);
    await expect.poll(() => scores(v, "neighbours")).not.toContain(small[0]);
  });

  it("are on the map, for the pointer, and in the list beside it, for keys", async () => {
    const v = await visit("show=list&list=king+queen+water+blue+red+green");
    const { page } = v;
    await drawn(v);
    const rows = page.locator("[data-part=words] [role=option]");
    await expect.poll(() => rows.count()).toBeGreaterThan(6);
    expect(await rows.first().textContent()).toMatch(/^king[\d,]+−?-?\d\.\d\d/);
    await page.locator("[data-part=words]").focus();
    await page.keyboard.press("Home");
    expect(await field(page, "word").inputValue()).toBe("king");
    await page.keyboard.press("ArrowDown");
    expect(await field(page, "word").inputValue()).toBe("queen");
    expect(await page.locator("[data-part=words] [aria-selected=true]").textContent()).toContain("queen");
    // Somewhere on the map there is a word to press.
    const box = (await page.locator("[data-part=map]").boundingBox())!;
    const before = await field(page, "word").inputValue();
    for (let i = 0; i < 400 && (await field(page, "word").inputValue()) === before; i++) {
      const position = {
        x: ((i % 20) + 0.5) * (box.width / 20),
        y: (Math.floor(i / 20) + 0.5) * (box.height / 20),
      };
      await page.locator("[data-part=map]").click({ position });
    }
    expect(await field(page, "word").inputValue()).not.toBe(before);
  });

  it("are laid out by UMAP when that is asked for, and its code is fetched only then", async () => {
    const v = await visit("shown=60");
    await drawn(v);
    const requested: string[] = [];
    v.page.on("request", (request) => requested.push(request.url()));
    await choose(v.page, "projection", "umap");
    await expect.poll(() => v.text("mapMessage"), { timeout: 30_000 }).toMatch(/^60 words, laid out by UMAP/);
    expect(requested.filter((url) => url.endsWith(".js"))).toHaveLength(1);
    expect(v.complaints).toEqual([]);
  });
});

describe("training in the page", () => {
  it("learns a planted corpus, and answers its analogies", async () => {
    const v = await visit("corpus=planted&dim=50&epochs=10&pace=full");
    const { page } = v;
    await v.click("primary");
    await expect.poll(() => field(page, "vectors").first().isChecked()).toBe(false);
    await expect.poll(() => scores(v, "neighbours"), { timeout: 30_000 }).toHaveLength(10);
    const early = await scores(v, "neighbours");
    await phase(v, "finished");
    // The neighbours have moved while it learnt.
    expect(await scores(v, "neighbours")).not.toEqual(early);
    expect(await v.text("mapMessage")).toMatch(/^16 words/);
    expect(await v.number("epochNow")).toBe(10);
    const questions = [...plantedQuestions()].filter((_, i) => i % 29 === 0);
    let right = 0;
    for (const [a, b, c, d] of questions) if ((await asked(v, a, b, c)) === d) right++;
    expect(questions.length).toBeGreaterThan(20);
    expect(right / questions.length).toBeGreaterThanOrEqual(0.95);
    expect(v.complaints).toEqual([]);
  });

  it("pauses, goes on, stops, and keeps what was learnt for saving", async () => {
    const v = await visit("vectors=trained&corpus=planted&dim=20&epochs=100");
    const { page } = v;
    expect(await v.text("overlay")).toContain("Press Train");
    await v.click("primary");
    await phase(v, "running");
    await expect.poll(() => v.number("epochNow"), { timeout: 30_000 }).toBeGreaterThan(0);
    await v.click("primary");
    await phase(v, "paused");
    expect(await v.text("primary")).toBe("Go on");
    const epoch = await v.number("epochNow");
    const places = (): Promise<string | null> => page.locator("[data-part=words]").textContent();
    await page.waitForTimeout(1200);
    const rested = await places();
    await page.waitForTimeout(500);
    expect(await v.number("epochNow")).toBe(epoch);
    expect(await places()).toBe(rested);
    await v.click("primary");
    await expect.poll(() => v.number("epochNow"), { timeout: 30_000 }).toBeGreaterThan(epoch);
    await expect.poll(places, { timeout: 10_000 }).not.toBe(rested);
    await v.click("stop");
    await phase(v, "stopped");

    const save = async (part: string): Promise<Buffer> => {
      const download = page.waitForEvent("download");
      await v.click(part);
      return readFileSync(await (await download).path());
    };
    const [header = "", ...lines] = (await save("save-text")).toString("utf8").trimEnd().split("\n");
    const [count, dim] = header.split(" ").map(Number);
    expect(dim).toBe(20);
    expect(lines).toHaveLength(count!);
    expect(lines.every((line) => line.trimEnd().split(" ").length === 21)).toBe(true);
    const words = lines.map((line) => line.split(" ")[0]!);
    expect(words).toEqual(expect.arrayContaining(["france", "paris", "king"]));
    const binary = await save("save-binary");
    expect(binary.subarray(0, header.length).toString("utf8")).toBe(header);
    const [first] = words;
    const begin = binary.indexOf(`${first} `) + first!.length + 1;
    const values = lines[0]!.trimEnd().split(" ").slice(1).map(Number);
    values.forEach((value, d) => expect(binary.readFloatLE(begin + 4 * d)).toBeCloseTo(value, 4));
    expect(await v.text("takeMessage")).toMatch(/^lanewise-planted-20d.bin, /);
    expect(v.complaints).toEqual([]);
  });

  it("gives the same vectors for the same seed, and others for another", async () => {
    const train = async (seed: number): Promise<string> => {
      const v = await visit(`${quick}&seed=${seed}`);
      await v.click("primary");
      await phase(v, "finished");
      const download = v.page.waitForEvent("download");
      await v.click("save-text");
      return readFileSync(await (await download).path(), "utf8");
    };
    const first = await train(3);
    expect(await train(3)).toBe(first);
    expect(await train(4)).not.toBe(first);
  });

  it("has CBOW, the tree, and Shakespeare", async () => {
    const v = await visit(
      "vectors=trained&corpus=shakespeare&architecture=cbow&objective=hierarchicalSoftmax&dim=16&epochs=1&pace=full",
    );
    await v.click("primary");
    await phase(v, "finished");
    await drawn(v);
    expect(await scores(v, "neighbours")).toHaveLength(10);
    expect(v.complaints).toEqual([]);
  });

  it("takes a text of the visitor's own: pasted, or a file", async () => {
    const v = await visit("vectors=trained&corpus=own&dim=8&epochs=1&minimumCount=1");
    const { page } = v;
    await v.click("primary");
    expect(await v.text("ownMessage")).toContain("Bring a text first");
    await page.locator("[data-part=ownText]").fill("too short");
    expect(await v.text("ownMessage")).toContain("too few");
    await page
      .locator("[data-part=ownText]")
      .fill("the moss grows on the stone. the fern grows on the moss.\n".repeat(60));
    await v.click("primary");
    await phase(v, "finished");
    expect(await page.locator("[data-fact=vocabulary]").textContent()).toBe("6");
    await page.locator("[data-part=ownFile]").setInputFiles({
      name: "own.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("eins zwei drei. vier zwei eins.\n".repeat(100)),
    });
    await expect.poll(() => v.text("ownMessage")).toContain("own.txt: 3,200 characters");
    await v.click("primary");
    await expect.poll(() => page.locator("[data-fact=vocabulary]").textContent()).toBe("4");
    await phase(v, "finished");
    expect(v.complaints).toEqual([]);
  });
});

describe("the address", () => {
  it("holds every setting, and is followed", async () => {
    const v = await visit();
    const { page } = v;
    await drawn(v);
    await field(page, "word").fill("water");
    await field(page, "dim").fill("33");
    await field(page, "dim").blur();
    await choose(page, "show", "pairs");
    await field(page, "relation").selectOption("plural");
    await choose(page, "objective", "hierarchicalSoftmax");
    await field(page, "find").fill("tr");
    await page.waitForURL(/find=tr/);
    expect(new URLSearchParams(page.url().split("?")[1]).get("relation")).toBe("plural");
    await page.reload();
    await drawn(v);
    expect(await field(page, "word").inputValue()).toBe("water");
    expect(await field(page, "dim").inputValue()).toBe("33");
    expect(await field(page, "relation").inputValue()).toBe("plural");
    expect(await page.locator("#word2vec [name=objective]:checked").inputValue()).toBe("hierarchicalSoftmax");
    await page.evaluate(() => {
      location.hash = "#word2vec?word=blue&show=list&list=red+blue+green";
    });
    await expect.poll(() => field(page, "word").inputValue()).toBe("blue");
    await expect.poll(() => v.text("mapMessage")).toMatch(/^3 words/);
    expect(await field(page, "dim").inputValue()).toBe("50");
    expect(v.complaints).toEqual([]);
  });
});

describe("when something fails", () => {
  it("shows that the vectors did not load, and tries again", async () => {
    const made = await site.arrive();
    visits.push(made);
    let broken = true;
    await made.context.route("**/brownVectors*", (route) =>
      broken ? route.fulfill({ status: 500 }) : route.continue(),
    );
    await made.page.goto(`${site.url}#word2vec`);
    await made.page.getByRole("alert").waitFor();
    expect(await made.text("failureText")).toContain("the server answered 500");
    broken = false;
    await made.click("retry");
    await drawn(made);
    expect(await made.page.getByRole("alert").count()).toBe(0);
  });

  it("shows that the worker did not load, and tries again", async () => {
    const made = await site.arrive();
    visits.push(made);
    let broken = true;
    await made.context.route("**/word2vecWorker*.js", (route) => (broken ? route.abort() : route.continue()));
    await made.page.goto(`${site.url}#word2vec`);
    await made.page.getByRole("alert").waitFor();
    expect(await made.text("failureText")).toContain("Check the connection");
    broken = false;
    await made.click("retry");
    await drawn(made);
  });

  it("says that no word is left", async () => {
    const v = await visit("vectors=trained&corpus=own&minimumCount=100");
    await v.page
      .locator("[data-part=ownText]")
      .fill(Array.from({ length: 800 }, (_, i) => `w${i}`).join(" "));
    await v.click("primary");
    await phase(v, "error");
    expect(await v.text("failureText")).toMatch(/^The training ended: /);
  });
});

describe("for everyone", () => {
  it("costs little, and the other exhibits' visitors nothing", async () => {
    const load = async (fragment: string): Promise<{ requested: string[]; compressed: number }> => {
      const made = await site.arrive();
      visits.push(made);
      const requested: string[] = [];
      const bodies: Promise<Buffer>[] = [];
      await made.context.route(/word2vecWorker|brownVectors/, (route) => route.abort());
      made.page.on("request", (request) => requested.push(request.url()));
      made.page.on("response", (response) => bodies.push(response.body()));
      await made.page.goto(site.url + fragment);
      await made.page.waitForLoadState("networkidle");
      let compressed = 0;
      for (const body of await Promise.all(bodies)) compressed += gzipSync(body).byteLength;
      return { requested, compressed };
    };
    const other = await load("");
    expect(other.requested.filter((url) => /word2vec|brown/i.test(url))).toEqual([]);
    const own = await load("#word2vec?vectors=trained");
    expect(own.requested.filter((url) => /brown|word2vecWorker/i.test(url))).toEqual([]);
    expect(own.requested.filter((url) => !url.startsWith(site.url))).toEqual([]);
    expect(own.compressed).toBeGreaterThan(20_000);
    expect(own.compressed).toBeLessThan(80_000);
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`has no accessibility complaint in ${colorScheme}, asked and trained`, async () => {
      const v = await visit("pace=full", { colorScheme });
      await drawn(v);
      expect(await v.violations()).toEqual([]);
      for (const show of ["pairs", "list"]) {
        await choose(v.page, "show", show);
        expect(await v.violations()).toEqual([]);
      }
      await choose(v.page, "corpus", "own");
      expect(await v.violations()).toEqual([]);
      await choose(v.page, "corpus", "planted");
      await field(v.page, "epochs").fill("1");
      await v.click("primary");
      await phase(v, "finished");
      expect(await v.violations()).toEqual([]);
    });
  }

  it("fits 360 pixels, asked and trained", async () => {
    const v = await visit("corpus=planted&epochs=1&pace=full", { viewport: { width: 360, height: 740 } });
    await drawn(v);
    for (const show of ["pairs", "list", "frequent"]) {
      await choose(v.page, "show", show);
      expect(await v.overflow(), show).toBeLessThanOrEqual(0);
    }
    await choose(v.page, "corpus", "own");
    expect(await v.overflow()).toBeLessThanOrEqual(0);
    await choose(v.page, "corpus", "planted");
    await v.click("primary");
    await phase(v, "finished");
    expect(await v.overflow()).toBeLessThanOrEqual(0);
  });

  it("answers offline once the vectors were used", async () => {
    const made = await site.visit({ serviceWorkers: "allow" });
    visits.push(made);
    await made.page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
    await made.page.goto(`${site.url}#word2vec`);
    await drawn(made);
    await made.context.setOffline(true);
    await made.page.reload();
    await drawn(made);
    expect(made.complaints).toEqual([]);
  });
});
