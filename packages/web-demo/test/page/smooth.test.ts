import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { gzipSync } from "node:zlib";
import { catalogue, surrogateIds } from "../../src/exhibits/smooth/catalogue.js";
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

/** A short training, so that the tests are short as well. */
const short = "warmUp=60&epochs=120&pace=full";

/** A visitor, once the first curve is drawn and the points have come. */
const visit = async (query = "", options: Parameters<Site["visit"]>[0] = {}): Promise<Visit> => {
  const fragment = query === "" ? "#smooth" : `#smooth?${query}`;
  const made = await site.visit({ fragment, ...options });
  visits.push(made);
  await drawn(made);
  await made.page.locator("#smooth .plane circle").first().waitFor({ state: "attached" });
  return made;
};

const drawn = (v: Visit, id = ""): Promise<void> =>
  v.page
    .locator(id === "" ? "#smooth[data-drawn]" : `#smooth[data-drawn=${id}]`)
    .waitFor({ timeout: 30_000 });

const phase = (v: Visit, name: string): Promise<void> => v.phase(name, "smooth");

const pathOf = async (v: Visit, kind: string): Promise<string> =>
  (await v.page.locator(`[data-part=curve] .lines .${kind}`).first().getAttribute("d")) ?? "";

describe("the curves", () => {
  it("show every surrogate with its hard function, its bound and its formulas, without a complaint", async () => {
    const v = await visit();
    const { page } = v;
    for (const id of surrogateIds) {
      await page.locator("[data-part=surrogate]").selectOption(id);
      await drawn(v, id);
      const [error, bound] = [await v.text("error"), await v.text("bound")];
      expect(error).toMatch(/^[\d.]+$/);
      // What is measured is under its bound, to the last place that is written.
      expect(Number(error)).toBeLessThanOrEqual(Number(bound) + 1e-9);
      for (const kind of ["hard", "soft"]) expect((await pathOf(v, kind)).length).toBeGreaterThan(1000);
      expect(await page.locator("[data-part=curve] .band").getAttribute("d")).toMatch(/^M.*Z$/);
      const rows = catalogue[id].shape === "elementwise" ? 1 : 5;
      expect(await page.locator("#smooth .lane[data-lane]:visible").count()).toBe(rows);
    }
    // A script over or under its base takes two children, no more: browsers draw anything else as they like.
    const crooked = await page
      .locator("#smooth math")
      .evaluateAll((formulas) =>
        formulas.flatMap((formula) =>
          [...formula.querySelectorAll("msub, msup, mfrac, munder")]
            .filter(({ childElementCount }) => childElementCount !== 2)
            .map(({ outerHTML }) => outerHTML),
        ),
      );
    expect(crooked).toEqual([]);
    expect(v.complaints).toEqual([]);
  });

  it("come closer as the temperature is turned down by keyboard, and the address follows", async () => {
    const v = await visit("surrogate=softplus&temperature=1");
    const { page } = v;
    expect(await v.text("error")).toBe("0.693");
    const slider = page.locator("[data-part=temperature]");
    await slider.focus();
    for (let i = 0; i < 40; i++) await page.keyboard.press("ArrowLeft");
    await expect.poll(() => v.text("error")).toBe("0.0693");
    expect(await v.text("temperatureValue")).toBe("0.1");
    expect(await slider.getAttribute("aria-valuetext")).toBe("0.1");
    await page.waitForURL(/temperature=0\.1$/);
    expect(await page.locator("[data-part=curve]").getAttribute("aria-label")).toContain("0.0693");
    await page.keyboard.press("Home");
    await expect.poll(() => v.text("temperatureValue")).toBe("0.01");
    expect(v.complaints).toEqual([]);
  });

  it("fall to the hard function on request, and stop when the slider is taken", async () => {
    const v = await visit("surrogate=signTanh&temperature=1");
    await v.click("fall");
    expect(await v.text("fall")).toBe("Stop");
    await expect.poll(async () => Number(await v.text("temperatureValue"))).toBeLessThan(0.9);
    await v.page.locator("[data-part=temperature]").focus();
    await v.page.keyboard.press("ArrowRight");
    expect(await v.text("fall")).toBe("Let τ → 0");
    const stopped = await v.text("temperatureValue");
    expect(Number(stopped)).toBeGreaterThan(0.01);
    await v.page.waitForTimeout(300);
    expect(await v.text("temperatureValue")).toBe(stopped);
    await v.click("fall");
    await expect.poll(() => v.text("temperatureValue"), { timeout: 10_000 }).toBe("0.01");
    await expect.poll(() => v.text("fall")).toBe("Let τ → 0");
    expect(v.complaints).toEqual([]);
  });

  it("fall in one step for who wants less motion", async () => {
    const v = await visit("surrogate=signTanh&temperature=1", { reducedMotion: "reduce" });
    await v.click("fall");
    expect(await v.text("temperatureValue")).toBe("0.01");
    expect(await v.text("fall")).toBe("Let τ → 0");
  });

  it("have a gradient that can be shown", async () => {
    const v = await visit("surrogate=softplus");
    const gradient = v.page.locator("[data-part=curve] .lines .gradient");
    expect(await gradient.count()).toBe(0);
    await v.page.locator("[data-part=gradient]").check();
    await gradient.waitFor({ state: "attached" });
    await v.page.waitForURL(/gradient=shown$/);
  });

  it("take inputs by keyboard: shares add up, and a tie is split", async () => {
    const v = await visit("surrogate=softTopK&k=2&inputs=0_1_2_3_1&temperature=0.5");
    const { page } = v;
    expect(await v.text("sumSoft")).toBe("smooth 2.000");
    expect(await v.text("sumHard")).toBe("hard 2.000");
    expect(await page.locator("[data-part=tieNote]").isHidden()).toBe(true);
    await page.locator("#smooth-x1").focus();
    for (let i = 0; i < 20; i++) await page.keyboard.press("ArrowRight");
    await page.waitForURL(/inputs=0_2_2_3_1&lane=1$/);
    await expect.poll(() => page.locator("[data-part=tieNote]").isHidden()).toBe(false);
    expect(await v.text("sumSoft")).toBe("smooth 2.000");
    expect(await v.text("sumLimit")).toBe("as τ → 0 2.000");
    const said = await page.locator("#smooth-x1").getAttribute("aria-valuetext");
    expect(said).toMatch(/^2: smooth output 0\.\d+, hard output 1\.00$/);
    expect(await page.locator("#smooth .lane[data-chosen]").getAttribute("data-lane")).toBe("1");
    await page.locator("[data-part=k]").focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => v.text("sumSoft")).toBe("smooth 3.000");
    await v.click("shuffle");
    await expect.poll(() => page.url()).not.toContain("inputs=0_2_2_3_1");
    expect(v.complaints).toEqual([]);
  });
});

describe("the training", () => {
  it("runs, and soft F1 ends above where cross-entropy ended, with live curves and a moving border", async () => {
    const v = await visit(short.replace("pace=full", "pace=watch"));
    const { page } = v;
    expect(await v.text("count")).toBe("epoch 0 of 180");
    const line = page.locator("#smooth .plane .line");
    expect(await line.getAttribute("d")).toBe("");
    await v.click("primary");
    await phase(v, "running");
    const seen = new Set<string>();
    await expect
      .poll(async () => seen.add((await line.getAttribute("d")) ?? "").size, { timeout: 20_000 })
      .toBeGreaterThan(3);
    await phase(v, "finished");
    const [before, after] = [Number(await v.text("before-hardF1")), Number(await v.text("now-hardF1"))];
    expect(after).toBeGreaterThan(before + 0.05);
    expect(Number(await v.text("now-testF1"))).toBeGreaterThan(Number(await v.text("before-testF1")) + 0.05);
    const gap = Math.abs(Number(await v.text("now-softF1")) - after);
    expect(Number(await v.text("now-gap"))).toBeCloseTo(gap, 2);
    // The figures are those of the points that are drawn.
    const count = async (name: string): Promise<number> => page.locator(`#smooth .plane .${name}`).count();
    const [found, missed, falseAlarm] = [
      await count("found"),
      await count("missed"),
      await count("falseAlarm"),
    ];
    expect(found + missed).toBe(50);
    expect((2 * found) / (2 * found + missed + falseAlarm)).toBeCloseTo(after, 3);
    expect(await v.text("found")).toBe(String(found));
    expect(await v.text("count")).toBe("epoch 180 of 180");
    expect(await page.locator("[data-part=scores]").getAttribute("aria-label")).toContain("after epoch 180");
    expect(await page.locator("#live").textContent()).toMatch(
      /^Finished\. F1 was 0\.\d+ after cross-entropy/,
    );
    expect(v.complaints).toEqual([]);
  });

  it("pauses, goes on, and is reset", async () => {
    const v = await visit("warmUp=200&epochs=400");
    const epoch = async (): Promise<number> => Number((await v.text("count")).match(/\d+/)?.[0]);
    await v.click("primary");
    await expect.poll(epoch, { timeout: 20_000 }).toBeGreaterThan(4);
    await v.click("primary");
    await phase(v, "paused");
    await v.page.waitForTimeout(100);
    const paused = await epoch();
    await v.page.waitForTimeout(400);
    expect(await epoch()).toBe(paused);
    expect(await v.text("primary")).toBe("Go on");
    await v.click("primary");
    await expect.poll(epoch).toBeGreaterThan(paused + 4);
    await v.click("reset");
    await phase(v, "idle");
    await v.page.waitForTimeout(300);
    expect(await epoch()).toBe(0);
    expect(await v.text("now-hardF1")).toBe("–");
    expect(v.complaints).toEqual([]);
  });

  it("begins anew with other points when its settings change", async () => {
    const v = await visit(short);
    const { page } = v;
    const places = (): Promise<string | null> =>
      page.locator("#smooth .plane circle").first().getAttribute("cx");
    const before = await places();
    await page.locator("[data-part=seed]").fill("9");
    await page.keyboard.press("Tab");
    await page.waitForURL(/seed=9/);
    await expect.poll(places).not.toBe(before);
    await page.locator("[data-part=positives]").focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.locator("#smooth .plane .missed").count()).toBe(60);
    // Half a number is none: the field goes back.
    await page.locator("[data-part=epochs]").fill("1");
    await page.keyboard.press("Tab");
    expect(await page.locator("[data-part=epochs]").inputValue()).toBe("120");
  });

  it("compares ten seeds, with means, their spread, and a lane for each", async () => {
    const v = await visit(short);
    const { page } = v;
    await v.click("compare");
    await expect.poll(() => v.text("seedsMessage"), { timeout: 60_000 }).toContain("over 10 seeds");
    const message = await v.text("seedsMessage");
    const [crossEntropy, tuned, softF1] = [...message.matchAll(/(0\.\d{3}) ± 0\.\d{3}/g)].map(([, mean]) =>
      Number(mean),
    );
    expect(softF1).toBeGreaterThan(crossEntropy! + 0.05);
    expect(tuned).toBeGreaterThan(crossEntropy!);
    expect(message).toMatch(/for (9|10) of 10 seeds\.$/);
    expect(await page.locator("[data-part=seeds] tr").count()).toBe(11);
    expect(await page.locator("[data-part=seeds] [data-mean] .rail u").count()).toBe(2);
    expect(page.workers().length).toBe(1);
    // Other settings, other figures: those of before are taken away.
    await page.locator("[data-part=seed]").fill("2");
    await page.keyboard.press("Tab");
    await expect.poll(() => page.locator("[data-part=seedsTable]").isHidden()).toBe(true);
    await v.click("compare");
    await expect.poll(() => v.text("seedsMessage")).toContain("of 10 seeds");
    expect(v.complaints).toEqual([]);
  });
});

describe("the address", () => {
  it("holds everything, and everything comes back from it", async () => {
    const query =
      "surrogate=entmax&temperature=0.251&alpha=1.2&inputs=0_1_2_-3_0.5&lane=3&gradient=shown&seed=7&positives=10&softness=0.5&warmUp=30&epochs=40&pace=full";
    const v = await visit(query);
    const { page } = v;
    const values = (): Promise<Record<string, string>> =>
      page.evaluate(() =>
        Object.fromEntries(
          [
            ...document.querySelectorAll<HTMLInputElement>(
              "#smooth [name]:not([type=radio]), #smooth [name]:checked",
            ),
          ].map((input) => [input.name, input.type === "checkbox" ? String(input.checked) : input.value]),
        ),
      );
    const expected = {
      surrogate: "entmax",
      temperature: "-24",
      alpha: "1.2",
      gradient: "true",
      seed: "7",
      positives: "10",
      softness: "0.5",
      warmUp: "30",
      epochs: "40",
      pace: "full",
    };
    expect(await values()).toMatchObject(expected);
    expect(await page.locator("#smooth-x3").inputValue()).toBe("-3");
    expect(await page.locator("#smooth .lane[data-chosen]").getAttribute("data-lane")).toBe("3");
    await page.locator("[data-part=seed]").fill("8");
    await page.keyboard.press("Tab");
    await page.waitForURL(/seed=8/);
    const written = new URL(page.url()).hash;
    expect(written).toBe(`#smooth?${query.replace("seed=7", "seed=8")}`);
    await page.reload();
    await drawn(v, "entmax");
    expect(await values()).toMatchObject({ ...expected, seed: "8" });
    await page.evaluate(() => {
      location.hash = "#smooth?surrogate=softplus";
    });
    await drawn(v, "softplus");
    expect(await values()).toMatchObject({ surrogate: "softplus", seed: "1", gradient: "false" });
    expect(v.complaints).toEqual([]);
  });
});

describe("the exhibit", () => {
  it.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 360],
    ["dark", 360],
  ] as const)(
    "is accessible in %s at %i pixels, and no wider than the window",
    async (colorScheme, width) => {
      const options = { colorScheme, viewport: { width, height: 800 } };
      const v = await visit(`surrogate=softTopK&gradient=shown&${short}`, options);
      await v.click("primary");
      await phase(v, "finished");
      expect(await v.violations()).toEqual([]);
      for (const id of ["geluTanh", "logSumExp"] as const) {
        await v.page.locator("[data-part=surrogate]").selectOption(id);
        await drawn(v, id);
        expect(await v.violations()).toEqual([]);
        expect(await v.overflow()).toBeLessThanOrEqual(0);
      }
    },
  );

  it.each([360, 1024, 1280])("has room for every formula at %i pixels", async (width) => {
    const v = await visit("", { viewport: { width, height: 800 } });
    const tooWide: (string | null)[][] = [];
    for (const id of surrogateIds) {
      await v.page.locator("[data-part=surrogate]").selectOption(id);
      await drawn(v, id);
      const wide = await v.page
        .locator("#smooth .facts dd")
        .evaluateAll((all) =>
          all.filter((at) => at.scrollWidth > at.clientWidth).map((at) => at.textContent),
        );
      if (wide.length > 0) tooWide.push([id, ...wide]);
    }
    expect(tooWide).toEqual([]);
    expect(await v.overflow()).toBeLessThanOrEqual(0);
  });

  it("says so when its script does not load, and tries again", async () => {
    const made = await site.arrive();
    visits.push(made);
    let broken = true;
    await made.context.route("**/smoothWorker*.js", (route) => (broken ? route.abort() : route.continue()));
    await made.page.goto(`${site.url}#smooth`);
    await made.page.getByRole("alert").filter({ hasText: "Check the connection" }).waitFor();
    broken = false;
    await made.click("retry");
    await drawn(made);
    await made.page.locator("#smooth .plane circle").first().waitFor({ state: "attached" });
    expect(await made.page.locator("[data-part=failure]").isHidden()).toBe(true);
  });

  it("ends its workers when one goes on to another", async () => {
    const v = await visit(short.replace("full", "watch"));
    await v.click("primary");
    await phase(v, "running");
    expect(v.page.workers().length).toBe(1);
    await v.page.locator("#exhibits a[href='#kernels']").click();
    await v.page.locator("#kernels").waitFor();
    await expect.poll(() => v.page.workers().length).toBe(0);
    expect(v.complaints).toEqual([]);
  });

  it("costs other exhibits' visitors nothing, and its own little", async () => {
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
    expect(other.requested.filter((url) => /smooth/i.test(url))).toEqual([]);
    const own = await load("#smooth");
    expect(own.requested.filter((url) => /(charRnn|kernels|tokenizer)[^/]*\.js/i.test(url))).toEqual([]);
    expect(own.compressed).toBeLessThan(250_000);
  });
});
