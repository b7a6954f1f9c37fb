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

const visit = async ({
  fragment = "#digits?epochs=3",
  ...options
}: Parameters<Site["visit"]>[0] = {}): Promise<Visit> => {
  const made = await site.visit({ fragment, ...options });
  visits.push(made);
  await expect.poll(() => made.page.locator("#digits [data-part=primary]").isEnabled()).toBe(true);
  return made;
};

/** A seven. */
const draw = async (v: Visit): Promise<void> => {
  const pad = v.page.locator("[data-part=pad]");
  await pad.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await pad.boundingBox())!;
  const { mouse } = v.page;
  await mouse.move(x + 0.3 * width, y + 0.25 * height);
  await mouse.down();
  for (const [right, down] of [
    [0.7, 0.25],
    [0.6, 0.5],
    [0.45, 0.8],
  ] as const)
    await mouse.move(x + right * width, y + down * height, { steps: 8 });
  await mouse.up();
};

const marked = (v: Visit): Promise<string | null> =>
  v.page.locator("[data-part=bars] [data-most]").getAttribute("data-digit");

describe("digits", () => {
  it("are learnt in the page, and a drawing is read, without a complaint", async () => {
    const v = await visit();
    await v.click("primary");
    await draw(v);
    await v.phase("finished", "digits");
    expect(Number((await v.text("accuracy")).replace(" %", ""))).toBeGreaterThan(90);
    expect(await v.text("accuracyLabel")).toContain("1,000");
    await expect.poll(() => marked(v)).toBe("7");
    expect(await v.text("says")).toMatch(/^It says 7, with \d+ %\.$/);
    expect(await v.page.locator("[data-part=misread] li").count()).toBeGreaterThan(5);
    const cells = await v.page.locator("[data-part=confusion] td").allTextContents();
    expect(cells.reduce((sum, cell) => sum + Number(cell), 0)).toBe(1000);
    expect(await v.page.locator("[data-part=units]").isVisible()).toBe(true);
    expect(v.complaints).toEqual([]);
  });

  it("can be drawn with the keyboard, cleared, and shown from the set", async () => {
    const v = await visit({ fragment: "#digits?epochs=2" });
    await v.click("primary");
    await v.phase("finished", "digits");
    const pad = v.page.locator("[data-part=pad]");
    await pad.focus();
    for (let i = 0; i < 6; i++) await v.page.keyboard.press("ArrowUp");
    await v.page.keyboard.press(" ");
    expect(await v.text("padMessage")).toBe("Pen down");
    for (let i = 0; i < 13; i++) await v.page.keyboard.press("ArrowDown");
    await v.page.keyboard.press(" ");
    await expect.poll(() => marked(v)).toBe("1");
    await v.click("clear");
    await expect.poll(() => v.page.locator("[data-part=bars] [data-most]").count()).toBe(0);
    expect(await v.text("says")).toBe("Nothing is drawn yet.");
    await v.click("example");
    await expect.poll(() => v.text("padMessage")).toMatch(/^A digit that it never trained on: \d\.$/);
    await expect.poll(() => v.page.locator("[data-part=bars] [data-most]").count()).toBe(1);
  });

  it("pause, go on, save and reset", async () => {
    const v = await visit({ fragment: "#digits?epochs=60&width=256&depth=2" });
    await v.click("primary");
    await expect.poll(() => v.text("count"), { timeout: 30_000 }).toContain("epoch");
    await v.click("primary");
    await v.phase("paused", "digits");
    const count = await v.text("count");
    await v.page.waitForTimeout(400);
    expect(await v.text("count")).toBe(count);
    const [download] = await Promise.all([v.page.waitForEvent("download"), v.click("save")]);
    expect(download.suggestedFilename()).toBe("digits.safetensors");
    await v.click("primary");
    await v.phase("running", "digits");
    await v.click("reset");
    await v.phase("idle", "digits");
    expect(await v.text("accuracy")).toBe("–");
    expect(v.complaints).toEqual([]);
  });

  it("keep their settings in the address", async () => {
    const v = await visit({ fragment: "#digits?width=0&epochs=2&seed=9" });
    const { page } = v;
    expect(await page.locator("[name=width]").inputValue()).toBe("0");
    await page.locator("[name=activation]").selectOption("tanh");
    await page.waitForURL(/#digits\?width=0&activation=tanh&epochs=2&seed=9$/);
    await page.locator("[name=epochs]").fill("0");
    await page.locator("[name=epochs]").blur();
    await page.waitForURL(/#digits\?width=0&activation=tanh&seed=9$/);
    await v.click("newSeed");
    await expect.poll(() => page.locator("[name=seed]").inputValue()).not.toBe("9");
    await v.click("primary");
    expect(await page.locator("[name=epochs]").inputValue()).toBe("12");
  });

  it("say why they do not come, and try again", async () => {
    const v = await visit();
    await v.page.route(/digits-.*\.bin/, (route) => route.fulfill({ status: 404, body: "" }));
    await v.click("primary");
    await v.phase("error", "digits");
    expect(await v.text("failureText")).toContain("404");
    await v.page.unroute(/digits-.*\.bin/);
    await v.click("retry");
    await v.phase("finished", "digits");
    expect(await v.page.evaluate(() => document.activeElement?.getAttribute("data-part"))).toBe("primary");
  });

  it.each([
    { width: 360, colorScheme: "light" },
    { width: 1280, colorScheme: "dark" },
  ] as const)("fit the window and pass axe at $width px, $colorScheme", async ({ width, colorScheme }) => {
    const v = await visit({ viewport: { width, height: 800 }, colorScheme, reducedMotion: "reduce" });
    await v.click("primary");
    await draw(v);
    await v.phase("finished", "digits");
    expect(await v.overflow()).toBeLessThanOrEqual(0);
    expect(await v.violations()).toEqual([]);
  });
});
