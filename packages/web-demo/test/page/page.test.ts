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

const visit = async (options?: Parameters<Site["visit"]>[0]): Promise<Visit> => {
  const made = await site.visit(options);
  visits.push(made);
  return made;
};

/** A small network on a short run, so that the tests are short as well. */
const small = "#charRnn?hidden=32&steps=500&seed=5";

describe("before any script", () => {
  it("says what it is, with a recorded run", async () => {
    const { page } = await visit({ javaScriptEnabled: false });
    expect(await page.locator("h1").textContent()).toContain("learns to write");
    expect(await page.locator(".line").count()).toBeGreaterThan(8);
    expect(await page.locator(".notebook tbody tr").count()).toBeGreaterThan(4);
    expect(await page.locator("noscript").textContent()).not.toBe("");
    expect(await page.getByText("{{").count()).toBe(0);
  });

  it("asks for nothing but its own files, and stays small", async () => {
    const made = await site.arrive();
    visits.push(made);
    const requested: string[] = [];
    const bodies: Promise<Buffer>[] = [];
    made.page.on("request", (request) => requested.push(request.url()));
    made.page.on("response", (response) => bodies.push(response.body()));
    await made.page.goto(site.url);
    await made.page.waitForLoadState("networkidle");
    expect(requested.filter((url) => !url.startsWith(site.url))).toEqual([]);
    expect(requested.filter((url) => /worker|tinyshakespeare|wasm/.test(url))).toEqual([]);
    let compressed = 0;
    for (const body of await Promise.all(bodies)) compressed += gzipSync(body).byteLength;
    expect(compressed).toBeGreaterThan(30_000);
    expect(compressed).toBeLessThan(150_000);
    expect(made.complaints).toEqual([]);
  });
});

describe("training", () => {
  it("starts, learns, writes, pauses within 100 ms, goes on, steps and resets, without a complaint", async () => {
    const v = await visit({ fragment: small });
    const recorded = await v.text("lines");
    await v.click("primary");
    await v.phase("running");
    await v.step(120);
    // Who knows nothing needs log2(65), 6.02 bits.
    expect(await v.number("bits")).toBeLessThan(4);
    expect(await v.page.locator(".line mark").first().textContent()).toBe("ROMEO:");
    // A fast machine is at this step before it has written much.
    await expect.poll(async () => (await v.text("lines")).length).toBeGreaterThan(30);
    expect(await v.page.locator(".notebook tbody tr").count()).toBeGreaterThanOrEqual(3);
    expect(await v.page.locator("[data-part=heat]").getAttribute("aria-label")).toContain("32 lanes");
    expect(await v.number("heldOut")).toBeLessThan(5);

    await v.click("primary");
    await v.phase("paused");
    const stopMs = Number(await v.page.locator("#charRnn").getAttribute("data-stop-ms"));
    expect(stopMs).toBeGreaterThan(0);
    expect(stopMs).toBeLessThan(100);
    const paused = await v.number("stepNow");
    await v.page.waitForTimeout(300);
    expect(await v.number("stepNow")).toBe(paused);

    await v.click("step");
    await v.step(paused + 1);
    await v.phase("paused");

    await v.click("primary");
    await v.step(paused + 10);
    await v.click("reset");
    await v.phase("idle");
    await v.page.waitForTimeout(300);
    expect(await v.number("stepNow")).toBe(0);
    expect(await v.text("lines")).toBe(recorded);
    expect(v.complaints).toEqual([]);
  });

  it("takes one step from nothing, writes from the prompt, and hands out the weights", async () => {
    const v = await visit({ fragment: `${small}&cell=gru&prime=JULIET:` });
    await v.click("step");
    await v.phase("paused");
    expect(await v.number("stepNow")).toBe(1);
    const before = (await v.text("lines")).length;
    await v.click("write");
    await v.page.locator("#charRnn[data-writing]").waitFor();
    await v.page.locator("#charRnn:not([data-writing])").waitFor();
    expect((await v.text("lines")).length).toBeGreaterThan(before + 400);
    expect(await v.page.locator(".line mark").last().textContent()).toBe("JULIET:");

    const download = v.page.waitForEvent("download");
    await v.click("download");
    const file = await download;
    expect(file.suggestedFilename()).toBe("lanewise-gru32-step1.safetensors");
    const bytes = readFileSync(await file.path());
    const headerBytes = Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.subarray(8, 8 + headerBytes).toString()) as Record<
      string,
      { shape?: number[] }
    >;
    expect(header["rnn.weight_hh_l0"]?.shape).toEqual([96, 32]);
    expect(v.complaints).toEqual([]);
  });

  it("finishes with a figure for all of the held-out text, and trains again", async () => {
    const v = await visit({ fragment: small });
    await v.click("primary");
    await v.phase("finished");
    expect(await v.number("stepNow")).toBe(500);
    expect(await v.number("heldOut")).toBeLessThan(4);
    expect(await v.text("primary")).toBe("Train again");
    await v.click("primary");
    await v.phase("running");
    expect(v.complaints).toEqual([]);
  });

  it("writes the same with the same seed", async () => {
    const notebooks = [];
    for (let run = 0; run < 2; run++) {
      const v = await visit({ fragment: small });
      await v.click("step");
      await v.phase("paused");
      notebooks.push(await v.text("notebook"));
    }
    expect(notebooks[0]).not.toBe("");
    expect(notebooks[1]).toBe(notebooks[0]);
  });

  it("learns from a text of one's own", async () => {
    const v = await visit({ fragment: small });
    await v.page.locator("[data-part=ownText]").fill("short");
    expect(await v.text("ownMessage")).toContain("2,000");
    expect(await v.page.locator("[data-part=ownUse]").isDisabled()).toBe(true);
    await v.page.locator("[data-part=ownText]").fill("abcabcabd\n".repeat(400));
    await v.click("ownUse");
    await v.phase("running");
    await v.step(60);
    expect(await v.number("bits")).toBeLessThan(1);

    const buffer = Buffer.from("Über die Brücke\r\n".repeat(300));
    const file = { name: "brücke.txt", mimeType: "text/plain", buffer };
    await v.page.locator("[data-part=ownFile]").setInputFiles(file);
    await expect.poll(() => v.text("ownMessage")).toBe("Ready: brücke.txt, 4,800 characters.");
    await v.click("ownUse");
    await v.phase("running");
    await v.click("ownBack");
    await v.phase("running");
    expect(await v.text("ownMessage")).toContain("Tiny Shakespeare");
    expect(v.complaints).toEqual([]);
  });
});

describe("settings", () => {
  it("come from the address, and go there", async () => {
    const v = await visit({
      fragment: "#charRnn?cell=rnn&hidden=64&steps=1000&seed=42&temperature=0.35&prime=What%3F",
    });
    const { page } = v;
    await expect.poll(() => page.locator("[data-part=primary]").isEnabled()).toBe(true);
    expect(await page.locator("[name=cell]:checked").inputValue()).toBe("rnn");
    expect(await page.locator("[name=hidden]:checked").inputValue()).toBe("64");
    expect(await page.locator("[name=steps]").inputValue()).toBe("1000");
    expect(await page.locator("[name=seed]").inputValue()).toBe("42");
    expect(await page.locator("[name=temperature]").inputValue()).toBe("0.35");
    expect(await page.locator("[name=prime]").inputValue()).toBe("What?");

    await page.locator("[name=seed]").fill("43");
    await page.locator("[name=cell][value=gru]").focus();
    await page.keyboard.press("Space");
    await page.waitForURL(/cell=gru.*seed=43/);
    await page.reload();
    await expect.poll(() => page.locator("[name=cell]:checked").inputValue()).toBe("gru");
    expect(await page.locator("[name=seed]").inputValue()).toBe("43");

    await page.evaluate(() => {
      location.hash = "#charRnn?seed=44";
    });
    await expect.poll(() => page.locator("[name=seed]").inputValue()).toBe("44");
    expect(await page.locator("[name=cell]:checked").inputValue()).toBe("lstm");
    expect(v.complaints).toEqual([]);
  });

  it("stay when one skips to the exhibit", async () => {
    const v = await visit({ fragment: small });
    const { page } = v;
    await expect.poll(() => page.locator("[data-part=primary]").isEnabled()).toBe(true);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("main");
    expect(page.url()).toContain(small);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest("main") !== null)).toBe(true);

    await page.evaluate(async () => {
      const changed = new Promise((resolve) => addEventListener("hashchange", resolve, { once: true }));
      location.hash = "#main";
      await changed;
    });
    expect(await page.locator("[name=hidden]:checked").inputValue()).toBe("32");
    expect(await page.locator("[name=seed]").inputValue()).toBe("5");
    expect(v.complaints).toEqual([]);
  });

  it("that need a reset say so", async () => {
    const v = await visit({ fragment: small });
    await v.click("step");
    await v.phase("paused");
    await v.page.locator("[name=seed]").fill("6");
    expect(await v.page.locator("[data-part=pending]").isVisible()).toBe(true);
    await v.click("reset");
    expect(await v.page.locator("[data-part=pending]").isVisible()).toBe(false);
  });
});

describe("when something fails", () => {
  it("shows it, and tries again", async () => {
    const v = await visit({ fragment: small });
    let broken = true;
    await v.context.route("**/tinyshakespeare.txt", (route) =>
      broken ? route.fulfill({ status: 503, body: "" }) : route.continue(),
    );
    await v.click("primary");
    await v.phase("error");
    expect(await v.page.getByRole("alert").textContent()).toContain("503");
    broken = false;
    await v.click("retry");
    await v.phase("running");
    expect(await v.page.getByRole("alert").count()).toBe(0);
  });

  it("shows that the worker did not load, and tries again", async () => {
    const v = await visit({ fragment: small });
    let broken = true;
    await v.context.route("**/worker*.js", (route) => (broken ? route.abort() : route.continue()));
    await v.click("primary");
    await v.phase("error");
    expect(await v.text("failureText")).toContain("Check the connection");
    broken = false;
    await v.click("retry");
    await v.phase("running");
  });

  it("says what a browser without WebAssembly lacks", async () => {
    const v = await visit({ fragment: small });
    await v.context.route("**/worker*.js", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: `delete self.WebAssembly;${await response.text()}` });
    });
    await v.click("primary");
    await v.phase("error");
    expect(await v.text("failureText")).toContain("WebAssembly SIMD");
  });

  it("does not take a web page for the text", async () => {
    const v = await visit({ fragment: small });
    let broken = true;
    await v.context.route("**/tinyshakespeare.txt", (route) =>
      broken ? route.fulfill({ contentType: "text/html", body: "<h1>Log in</h1>" }) : route.continue(),
    );
    await v.click("primary");
    await v.phase("error");
    expect(await v.text("failureText")).toContain("a web page in its place");
    broken = false;
    await v.click("retry");
    await v.phase("running");
  });
});

describe("when a script does not arrive", () => {
  it("says so, and offers to load the page again", async () => {
    const made = await site.arrive();
    visits.push(made);
    let broken = true;
    await made.context.route("**/charRnn*.js", (route) => (broken ? route.abort() : route.continue()));
    await made.page.goto(site.url);
    await made.page.getByRole("alert").waitFor();
    broken = false;
    await made.page.getByRole("link", { name: "load the page again" }).click();
    await expect.poll(() => made.page.locator("[data-part=primary]").isEnabled()).toBe(true);
    expect(await made.page.getByRole("alert").count()).toBe(0);
  });

  for (const reducedMotion of ["no-preference", "reduce"] as const) {
    it(`says so after a while if it is the main one, with motion: ${reducedMotion}`, async () => {
      const made = await site.arrive({ reducedMotion });
      visits.push(made);
      await made.context.route("**/index*.js", (route) => route.abort());
      await made.page.goto(site.url);
      const broken = made.page.locator("#broken");
      // A slow script is none that did not arrive.
      await made.page.waitForTimeout(2000);
      expect(await broken.isVisible()).toBe(false);
      await made.page.getByRole("alert").waitFor({ timeout: 20_000 });
      expect(await broken.textContent()).toContain("did not load");
    });
  }
});

describe("for everyone", () => {
  for (const [name, options] of Object.entries({
    light: { colorScheme: "light" },
    dark: { colorScheme: "dark" },
  } as const)) {
    it(`has no accessibility complaint in ${name}, idle and paused`, async () => {
      const v = await visit({ fragment: small, ...options });
      expect(await v.violations()).toEqual([]);
      await v.click("step");
      await v.phase("paused");
      expect(await v.violations()).toEqual([]);
    });
  }

  it("follows the dark scheme, and the choice made on the page", async () => {
    const { page } = await visit({ colorScheme: "dark" });
    const background = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await background()).toBe("rgb(12, 20, 17)");
    await page.locator("[name=theme][value=light]").check({ force: true });
    expect(await background()).toBe("rgb(244, 247, 242)");
    await page.reload();
    expect(await background()).toBe("rgb(244, 247, 242)");
  });

  it("fits 360 pixels, in every state", async () => {
    const v = await visit({ fragment: small, viewport: { width: 360, height: 740 } });
    expect(await v.overflow()).toBeLessThanOrEqual(0);
    await v.click("primary");
    await v.step(30);
    expect(await v.overflow()).toBeLessThanOrEqual(0);
    await v.click("primary");
    await v.phase("paused");
    expect(await v.overflow()).toBeLessThanOrEqual(0);
  });

  it("keeps its bar as high as it is on a phone, whatever it says", async () => {
    const v = await visit({
      fragment: "#charRnn?hidden=32&steps=10000",
      viewport: { width: 360, height: 740 },
    });
    const height = (): Promise<number> =>
      v.page.evaluate(() => document.querySelector(".transport")?.getBoundingClientRect().height ?? 0);
    const idle = await height();
    await v.click("primary");
    await v.step(1000);
    const running = await height();
    await v.click("primary");
    await v.phase("paused");
    expect(await v.text("status")).toMatch(/^Paused in \d+ ms$/);
    expect([running, await height()]).toEqual([idle, idle]);
    const cutOff = await v.page.locator("[data-part=status]").evaluate((e) => e.scrollWidth - e.clientWidth);
    expect(cutOff).toBe(0);
  });

  it("can be worked with the keyboard alone", async () => {
    const v = await visit({ fragment: small });
    await v.page.locator("[data-part=primary]").focus();
    await v.page.keyboard.press("Enter");
    await v.phase("running");
    await v.page.keyboard.press("Enter");
    await v.phase("paused");
    await v.page.keyboard.press("Tab");
    await v.phase("paused");
    const before = await v.number("stepNow");
    await v.page.keyboard.press("Space");
    await v.step(before + 1);
    expect(await v.number("stepNow")).toBe(before + 1);
  });

  it("keeps the focus where a button was pressed that can not be pressed again", async () => {
    const v = await visit({ fragment: small });
    let broken = true;
    await v.context.route("**/tinyshakespeare.txt", (route) => (broken ? route.abort() : route.continue()));
    const press = async (part: string): Promise<string | undefined> => {
      await v.page.locator(`[data-part=${part}]`).focus();
      await v.page.keyboard.press("Enter");
      return v.page.evaluate(() => (document.activeElement as HTMLElement).dataset["part"]);
    };
    await v.click("primary");
    await v.phase("error");
    broken = false;
    expect(await press("retry")).toBe("primary");
    await v.phase("running");
    expect(await press("reset")).toBe("reset");
    expect(await press("step")).toBe("step");
    await v.phase("paused");
    expect(await press("write")).toBe("write");
    expect(await press("reset")).toBe("reset");
    await v.phase("idle");
    // Pressed again, it does nothing.
    expect(await press("reset")).toBe("reset");
    expect(await press("write")).toBe("write");
    expect(v.complaints.filter((complaint) => !complaint.includes("ERR_FAILED"))).toEqual([]);
  });

  it("adds whole lines where less motion is wanted", async () => {
    const v = await visit({ fragment: small, reducedMotion: "reduce" });
    await v.click("primary");
    await v.step(20);
    expect(await v.page.evaluate(() => document.getAnimations().length)).toBe(0);
  });

  it("works offline once it was visited", async () => {
    const v = await visit({ fragment: small, serviceWorkers: "allow" });
    await v.page.evaluate(async () => {
      const { active } = await navigator.serviceWorker.ready;
      if (active?.state === "activated") return;
      await new Promise((resolve) => active?.addEventListener("statechange", resolve));
    });
    // No second load online: what the worker keeps by itself has to do.
    await v.context.setOffline(true);
    await v.page.reload();
    await expect.poll(() => v.page.locator("[data-part=primary]").isEnabled()).toBe(true);
    expect(await v.page.locator("[name=hidden]:checked").inputValue()).toBe("32");
    expect(v.complaints).toEqual([]);
  });

  it("trains offline once the text was used", async () => {
    const v = await visit({ fragment: small, serviceWorkers: "allow" });
    await v.page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
    await v.click("step");
    await v.phase("paused");
    await v.context.setOffline(true);
    await v.page.reload();
    await v.click("step");
    await v.phase("paused");
    expect(await v.number("stepNow")).toBe(1);
  });
});
