import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { gzipSync } from "node:zlib";
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

/** Two small jobs, so that the tests are short as well. */
const small = "#kernels?jobs=matmul64.softmax";

const arrive = async (options: Parameters<Site["visit"]>[0]): Promise<Visit> => {
  const made = await site.visit(options);
  visits.push(made);
  return made;
};

const visit = async (options: Parameters<Site["visit"]>[0] = {}): Promise<Visit> => {
  const made = await arrive({ fragment: small, ...options });
  await expect.poll(() => made.page.locator("#kernels [data-part=primary]").isEnabled()).toBe(true);
  return made;
};

const phase = (v: Visit, name: string): Promise<void> => v.phase(name, "kernels");
const row = (v: Visit, job: string, contender: string) =>
  v.page.locator(`[data-job=${job}] [data-contender=${contender}]`);

/** How far a bar goes, from 0 to 1. */
const lengthOf = (v: Visit, job: string, contender: string): Promise<number> =>
  row(v, job, contender)
    .locator(".bar")
    .evaluate((bar) => Number((bar as HTMLElement).style.getPropertyValue("--length")));

describe("the kernels", () => {
  it("are measured: bars appear, then figures, ratios and a sentence, without a complaint", async () => {
    const v = await visit();
    expect(await v.page.title()).toContain("measured");
    expect(await lengthOf(v, "matmul64", "simd")).toBe(0);
    expect(await v.text("count")).toBe("0 of 2");
    await v.click("primary");
    await phase(v, "running");
    // The first job's bars are there while the run goes on.
    await expect.poll(() => lengthOf(v, "matmul64", "simd"), { timeout: 30_000 }).toBeGreaterThan(0);
    expect(await v.page.locator("#kernels").getAttribute("data-phase")).toBe("running");
    await phase(v, "finished");
    for (const job of ["matmul64", "softmax"]) {
      for (const contender of ["relaxed", "simd", "plain"]) {
        expect(await lengthOf(v, job, contender)).toBeGreaterThan(0);
        const unit = job === "softmax" ? "million/s" : "GFLOP/s";
        expect(await row(v, job, contender).locator(".number").textContent()).toMatch(
          new RegExp(`^[\\d.,]+ ${unit}$`),
        );
      }
      expect(await row(v, job, "plain").locator(".ratio").textContent()).toBe("1×");
      const ratio = Number.parseFloat((await row(v, job, "simd").locator(".ratio").textContent()) ?? "");
      expect(ratio).toBeGreaterThan(0);
    }
    // A matrix product in SIMD is ahead of a loop on whatever machine this is.
    expect(await lengthOf(v, "matmul64", "simd")).toBeGreaterThan(await lengthOf(v, "matmul64", "plain"));
    expect(await lengthOf(v, "exp", "simd")).toBe(0);
    expect(await v.text("summary")).toMatch(/is [\d.]+ times as fast as plain JavaScript .*2 jobs.*GFLOP\/s/);
    expect(await v.text("ratio")).toMatch(/^[\d.]+×$/);
    expect(await v.text("count")).toBe("2 of 2");
    expect(await v.text("variants")).toBe("relaxed, simd");
    expect(await v.text("engine")).toMatch(/Chrom.* \d+ on Linux/);
    expect(await v.text("clock")).toMatch(/^[\d.]+ ms$/);
    expect(await v.page.locator("#live").textContent()).toBe(await v.text("summary"));
    expect(v.complaints).toEqual([]);
  });

  it("are measured again, beside the run before", async () => {
    const v = await visit({ fragment: "#kernels?jobs=matmul64" });
    await v.click("primary");
    await phase(v, "finished");
    expect(await v.page.locator(".bar[data-before]").count()).toBe(0);
    await v.click("primary");
    await phase(v, "running");
    await phase(v, "finished");
    expect(await v.page.locator("[data-job=matmul64] .bar[data-before]").count()).toBeGreaterThan(0);
    expect(await v.text("summary")).toContain("The run before this one");
    expect(v.complaints).toEqual([]);
  });

  it("stop within 100 ms, in the longest loop as well, and keep what was measured", async () => {
    const v = await visit({ fragment: "#kernels?jobs=matmul64.matmul1024" });
    await v.click("primary");
    await phase(v, "running");
    // Comparing outputs, plain JavaScript multiplies for a second.
    await v.page.locator("[data-job=matmul1024][data-active]").waitFor({ timeout: 30_000 });
    await v.page.waitForTimeout(300);
    const [worker] = v.page.workers();
    const ended = new Promise<number>((resolve) => worker!.on("close", () => resolve(performance.now())));
    const pressedAt = performance.now();
    const state = await v.page.evaluate(() => {
      document.querySelector<HTMLElement>("[data-part=primary]")!.click();
      return document.querySelector<HTMLElement>("#kernels")!.dataset["phase"];
    });
    expect(state).toBe("stopped");
    expect((await ended) - pressedAt).toBeLessThan(100);
    expect(v.page.workers()).toEqual([]);
    expect(await lengthOf(v, "matmul64", "plain")).toBeGreaterThan(0);
    expect(await v.text("count")).toBe("1 of 2");
    const before = await v.page.locator("#kernels .columns").first().textContent();
    await v.page.waitForTimeout(300);
    expect(await v.page.locator("#kernels .columns").first().textContent()).toBe(before);
    await v.click("primary");
    await phase(v, "running");
    expect(v.complaints).toEqual([]);
  });

  it("send no request while they are measured but for their own script", async () => {
    const v = await visit();
    const requested: string[] = [];
    v.page.on("request", (request) => requested.push(request.url()));
    await v.click("primary");
    await phase(v, "finished");
    expect(requested.filter((url) => !/\/assets\/benchWorker-[\w-]+\.js$/.test(url))).toEqual([]);
  });

  it("cost the other exhibit's visitor nothing, and their own no other exhibit", async () => {
    const load = async (fragment: string): Promise<{ requested: string[]; compressed: number }> => {
      const made = await site.arrive();
      visits.push(made);
      const requested: string[] = [];
      const bodies: Promise<Buffer>[] = [];
      made.page.on("request", (request) => requested.push(request.url()));
      made.page.on("response", (response) => bodies.push(response.body()));
      await made.page.goto(site.url + fragment);
      await made.page.waitForLoadState("networkidle");
      let compressed = 0;
      for (const body of await Promise.all(bodies)) compressed += gzipSync(body).byteLength;
      return { requested, compressed };
    };
    const other = await load("");
    expect(other.requested.filter((url) => /kernels|bench/i.test(url))).toEqual([]);
    const own = await load(small);
    expect(own.requested.filter((url) => /charRnn[^/]*\.js|worker/i.test(url))).toEqual([]);
    expect(own.compressed).toBeGreaterThan(15_000);
    expect(own.compressed).toBeLessThan(60_000);
  });
});

describe("the choice", () => {
  it("comes from the address, and goes there", async () => {
    const v = await visit({ fragment: "#kernels?length=long&jobs=exp.lstm" });
    const { page } = v;
    const checked = (): Promise<string[]> =>
      page
        .locator("[name=jobs]:checked")
        .evaluateAll((boxes) => boxes.map((box) => (box as HTMLInputElement).value));
    expect(await page.locator("[name=length]:checked").inputValue()).toBe("long");
    expect(await checked()).toEqual(["exp", "lstm"]);
    await page.locator("[name=jobs][value=gelu]").check();
    await page.waitForURL(/jobs=exp\.gelu\.lstm$/);
    await page.locator("[name=length][value=short]").check({ force: true });
    await page.waitForURL(/#kernels\?jobs=exp\.gelu\.lstm$/);
    await page.reload();
    await expect.poll(checked).toEqual(["exp", "gelu", "lstm"]);
    await v.click("all");
    await page.waitForURL(/#kernels$/);
    expect((await checked()).length).toBe(11);
    await v.click("none");
    await page.waitForURL(/#kernels\?jobs=$/);
    expect(await v.text("status")).toBe("Choose at least one job.");
    expect(await page.locator("[data-part=primary]").getAttribute("aria-disabled")).toBe("true");
    await page.evaluate(() => {
      location.hash = "#kernels?jobs=normals";
    });
    await expect.poll(checked).toEqual(["normals"]);
    expect(v.complaints).toEqual([]);
  });
});

describe("the figures", () => {
  it("are copied as Markdown and as JSON", async () => {
    const v = await visit({ permissions: ["clipboard-read", "clipboard-write"] });
    const { page } = v;
    const copied = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
    // Nothing to copy yet: pressing does nothing.
    await page.locator("[data-part=markdown]").click({ force: true });
    expect(await v.text("shareMessage")).toContain("no figures");
    await v.click("primary");
    await phase(v, "finished");
    await v.click("markdown");
    await expect.poll(() => v.text("shareMessage")).toBe("Copied.");
    const lines = (await copied()).split("\n");
    expect(lines[0]).toMatch(/^\*\*Lanewise: [\d.]+× plain JavaScript\*\*/);
    expect(lines.filter((line) => line.startsWith("| ")).length).toBe(4);
    await v.click("json");
    await expect.poll(copied).toContain("medianMs");
    const parsed = JSON.parse(await copied()) as { jobs: { job: string }[] };
    expect(parsed.jobs.map(({ job }) => job)).toEqual(["matmul64", "softmax"]);
    await v.click("link");
    await expect.poll(copied).toContain(small);
    expect(v.complaints).toEqual([]);
  });

  it("can be copied by hand where the clipboard is closed", async () => {
    const v = await visit({ fragment: "#kernels?jobs=matmul64" });
    await v.page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error("closed"));
    });
    await v.click("primary");
    await phase(v, "finished");
    await v.click("markdown");
    await v.page.locator("[data-part=shareText]").waitFor();
    expect(await v.page.locator("[data-part=shareText]").inputValue()).toContain("64 × 64 × 64");
  });
});

describe("when something fails", () => {
  it("shows that the worker did not load, and tries again", async () => {
    const v = await visit({ fragment: "#kernels?jobs=matmul64" });
    let broken = true;
    await v.context.route("**/benchWorker*.js", (route) => (broken ? route.abort() : route.continue()));
    await v.click("primary");
    await phase(v, "error");
    expect(await v.page.getByRole("alert").textContent()).toContain("Check the connection");
    broken = false;
    await v.click("retry");
    expect(await v.page.evaluate(() => (document.activeElement as HTMLElement).dataset["part"])).toBe(
      "primary",
    );
    await phase(v, "finished");
    expect(await v.page.getByRole("alert").count()).toBe(0);
  });

  it("says what a browser without WebAssembly lacks", async () => {
    const v = await visit();
    await v.context.route("**/benchWorker*.js", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: `delete self.WebAssembly;${await response.text()}` });
    });
    await v.click("primary");
    await phase(v, "error");
    expect(await v.text("failureText")).toContain("WebAssembly SIMD");
  });

  it("shows no figure of a job whose outputs differ, and measures the others", async () => {
    const v = await visit();
    await v.context.route("**/benchWorker*.js", async (route) => {
      const response = await route.fetch();
      // Math.tanh and Math.exp belong to plain JavaScript: the kernels have their own.
      await route.fulfill({ response, body: `Math.exp = () => 1;${await response.text()}` });
    });
    await v.click("primary");
    await phase(v, "error");
    expect(await v.text("failureText")).toContain("Softmax");
    expect(await v.page.locator("[data-failure=softmax]").textContent()).toMatch(/(relaxed|simd) gives/);
    expect(await lengthOf(v, "softmax", "simd")).toBe(0);
    expect(await lengthOf(v, "matmul64", "simd")).toBeGreaterThan(0);
  });

  it("does without relaxed SIMD where the browser has none", async () => {
    const v = await visit({ fragment: "#kernels?jobs=matmul64" });
    await v.context.route("**/benchWorker*.js", async (route) => {
      const response = await route.fetch();
      const body = `WebAssembly.validate = () => false;${await response.text()}`;
      await route.fulfill({ response, body });
    });
    await v.click("primary");
    await phase(v, "finished");
    expect(await v.text("variants")).toBe("simd");
    expect(await row(v, "matmul64", "relaxed").locator(".number").textContent()).toBe("not available");
  });
});

describe("the way between exhibits", () => {
  it("leads there and back, one exhibit at a time, with a title and a word for each", async () => {
    const v = await arrive({});
    const { page } = v;
    const articles = (): Promise<string[]> =>
      page.locator("main > article").evaluateAll((all) => all.map(({ id }) => id));
    const current = (): Promise<string | null> => page.locator("#exhibits [aria-current]").textContent();
    await expect.poll(() => page.locator("#charRnn [data-part=primary]").isEnabled()).toBe(true);
    expect(await current()).toBe("Learning to write");
    await v.click("primary");
    await v.phase("running");
    await page.getByRole("link", { name: "Kernels, measured" }).click();
    await page.locator("#kernels").waitFor();
    expect(await articles()).toEqual(["kernels"]);
    // What the first one had under way has ended.
    await expect.poll(() => page.workers().length).toBe(0);
    expect(await current()).toBe("Kernels, measured");
    expect(await page.title()).toContain("measured");
    expect(page.url()).toMatch(/#kernels$/);
    await expect.poll(() => page.locator("#live").textContent()).toContain("measured");
    await page.goBack();
    await page.locator("#charRnn").waitFor();
    expect(await articles()).toEqual(["charRnn"]);
    expect(await page.title()).toContain("learns to write");
    await v.click("step");
    await v.phase("paused");
    expect(await v.number("stepNow")).toBe(1);
    await page.goForward();
    await page.locator("#kernels").waitFor();
    expect(v.complaints).toEqual([]);
  });

  it("can be walked with the keyboard, and its own link changes no settings", async () => {
    const v = await visit();
    const link = v.page.getByRole("link", { name: "Kernels, measured" });
    await link.focus();
    await v.page.keyboard.press("Enter");
    expect(v.page.url()).toContain(small);
    await v.page.keyboard.press("Shift+Tab");
    await v.page.keyboard.press("Enter");
    await v.page.locator("#charRnn").waitFor();
    expect(await v.page.evaluate(() => document.activeElement?.textContent)).toBe("Learning to write");
  });

  it("says so when an exhibit does not arrive, and loads the same one again", async () => {
    const made = await site.arrive();
    visits.push(made);
    let broken = true;
    await made.context.route("**/kernels*.js", (route) => (broken ? route.abort() : route.continue()));
    await made.page.goto(site.url + small);
    await made.page.getByRole("alert").waitFor();
    broken = false;
    await made.page.getByRole("link", { name: "load the page again" }).click();
    await expect.poll(() => made.page.locator("#kernels [data-part=primary]").isEnabled()).toBe(true);
    expect(made.page.url()).toContain(small);
    expect(await made.page.getByRole("alert").count()).toBe(0);
  });
});

describe("for everyone", () => {
  for (const colorScheme of ["light", "dark"] as const) {
    it(`has no accessibility complaint in ${colorScheme}, idle, running and finished`, async () => {
      const v = await visit({ colorScheme });
      expect(await v.violations()).toEqual([]);
      await v.click("primary");
      await phase(v, "running");
      expect(await v.violations()).toEqual([]);
      await phase(v, "finished");
      expect(await v.violations()).toEqual([]);
    });
  }

  it("fits 360 pixels, in every state, with a bar that stays as high as it is", async () => {
    const v = await visit({ viewport: { width: 360, height: 740 } });
    const height = (): Promise<number> =>
      v.page.evaluate(() => document.querySelector(".transport")?.getBoundingClientRect().height ?? 0);
    const idle = await height();
    expect(await v.overflow()).toBeLessThanOrEqual(0);
    await v.click("primary");
    await phase(v, "running");
    expect(await v.overflow()).toBeLessThanOrEqual(0);
    expect(await height()).toBe(idle);
    await phase(v, "finished");
    expect(await v.overflow()).toBeLessThanOrEqual(0);
    expect(await height()).toBe(idle);
  });

  it("can be worked with the keyboard alone", async () => {
    const v = await visit({ fragment: "#kernels?jobs=matmul64" });
    const { page } = v;
    await page.locator("[data-part=primary]").focus();
    await page.keyboard.press("Enter");
    await phase(v, "running");
    await page.keyboard.press("Enter");
    await phase(v, "stopped");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.url()).toContain("length=long");
  });

  it("moves nothing where less motion is wanted", async () => {
    const v = await visit({ reducedMotion: "reduce" });
    await v.click("primary");
    await v.page.locator("[data-warming]").first().waitFor();
    expect(await v.page.evaluate(() => document.getAnimations().length)).toBe(0);
  });

  it("measures offline once the page was visited", async () => {
    const v = await arrive({ serviceWorkers: "allow" });
    await v.page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
    await v.context.setOffline(true);
    await v.page.goto(`${site.url}#kernels?jobs=matmul64`);
    await v.page.reload();
    await expect.poll(() => v.page.locator("#kernels [data-part=primary]").isEnabled()).toBe(true);
    await v.click("primary");
    await phase(v, "finished");
    expect(await v.text("summary")).toContain("times as fast");
    expect(v.complaints).toEqual([]);
  });
});
