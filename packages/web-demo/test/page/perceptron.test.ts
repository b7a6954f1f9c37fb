import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { settingFields } from "../../src/exhibits/perceptron/config.js";
import { makePoints } from "../../src/exhibits/perceptron/dataSets.js";
import { featureRows } from "../../src/exhibits/perceptron/features.js";
import { makeLearner } from "../../src/exhibits/perceptron/packageLearners.js";
import { qualityOf } from "../../src/exhibits/perceptron/quality.js";
import { perceptronStrings } from "../../src/exhibits/perceptron/strings.js";
import { taskOf } from "../../src/exhibits/perceptron/task.js";
import { formulaOf, wiringOf } from "../../src/exhibits/perceptron/wiring.js";
import { Numbers } from "../../src/shell/numbers.js";
import { readSettings } from "../../src/shell/urlState.js";
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
  fragment = "#perceptron",
  ...options
}: Parameters<Site["visit"]>[0] = {}): Promise<Visit> => {
  const made = await site.visit({ fragment, ...options });
  visits.push(made);
  // From the markup it is disabled; the script gives it back.
  await made.page.locator("#perceptron [data-part=primary]:not([disabled])").waitFor();
  return made;
};

/** The machine may have other things to do. */
const soon = { timeout: 10_000 };

const phase = (v: Visit, name: string): Promise<void> => v.phase(name, "perceptron");
const epoch = async (v: Visit): Promise<number> =>
  Number(await v.page.locator("[data-part=count]").getAttribute("data-epoch"));
const cell = (v: Visit, set: string, given: number, answered: number): Promise<string> =>
  v.text(`${set}${given}${answered}`);

/** The colour at a place of the plane: how much redder than blue. */
const leaning = (v: Visit, x: number, y: number): Promise<number> =>
  v.page.locator("[data-part=plane]").evaluate(
    (element, [u, w]) => {
      const canvas = element as HTMLCanvasElement;
      // A copy of one pixel: reading the canvas itself again and again has the browser complain.
      const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })!;
      pixel.drawImage(canvas, -Math.round(u! * canvas.width), -Math.round(w! * canvas.height));
      const [red, , blue] = pixel.getImageData(0, 0, 1, 1).data;
      return red! - blue!;
    },
    [(x + 3) / 6, (3 - y) / 6],
  );

/** A click at a place of the plane. */
const clickPlane = async (v: Visit, x: number, y: number, shift = false): Promise<void> => {
  const canvas = v.page.locator("[data-part=plane]");
  const { width, height } = (await canvas.boundingBox())!;
  await canvas.click({
    position: { x: ((x + 3) / 6) * width, y: ((3 - y) / 6) * height },
    ...(shift && { modifiers: ["Shift"] }),
  });
};

describe("one neuron", () => {
  it("learns AND within Novikoff's bound, without a complaint", async () => {
    const v = await visit({ fragment: "#perceptron?data=and&learner=perceptron&pace=full" });
    await phase(v, "idle");
    await v.click("primary");
    await phase(v, "finished");
    expect(await v.text("status")).toBe("All told apart");
    const [mistakes, bound] = [await v.number("mistakes"), await v.number("bound")];
    expect(mistakes).toBeGreaterThan(0);
    expect(mistakes).toBeLessThanOrEqual(bound);
    expect(await v.text("verdict")).toContain(`Mistakes on the way: ${mistakes};`);
    expect(await v.text("right")).toBe("100.0 %");
    expect([await cell(v, "train", 0, 0), await cell(v, "train", 1, 1)]).toEqual(["3", "1"]);
    expect(await leaning(v, 2.7, 2.7)).toBeGreaterThan(30);
    expect(await leaning(v, -2.7, -2.7)).toBeLessThan(-30);
    expect(v.complaints).toEqual([]);
  });

  it("never converges on XOR, and the page says why", async () => {
    const v = await visit();
    await v.page.locator("[data-lesson=impossible]").click();
    expect(await v.page.locator("[data-lesson=impossible]").getAttribute("aria-current")).toBe("step");
    await phase(v, "running");
    expect(await v.text("lessonText")).toContain("There is no such bias");
    await v.page.locator("[name=pace][value=full]").check({ force: true });
    await phase(v, "finished");
    expect(await v.text("status")).toBe("Never converges");
    expect(await v.text("verdict")).toMatch(/100 epochs and \d+ mistakes.*it will never converge/);
    expect(await v.number("mistakes")).toBeGreaterThan(100);
    expect(await v.text("bound")).toBe("–");
    expect(await v.page.locator("#perceptron[data-solved]").count()).toBe(0);
    expect(Number.parseFloat(await v.text("right"))).toBeLessThanOrEqual(75);
    expect(v.complaints).toEqual([]);
  });

  it("has a bias that moves the line and does not turn it", async () => {
    const v = await visit({ fragment: "#perceptron?data=or&learner=delta&pace=full&epochs=100" });
    await v.click("primary");
    await phase(v, "finished");
    const before = await v.text("rule");
    expect(await leaning(v, 0.3, 0.3)).toBeGreaterThan(0);
    const bias = v.page.locator("[data-part=bias]");
    await bias.focus();
    await v.page.keyboard.press("Home");
    await expect.poll(() => v.text("biasValue"), soon).toBe("−2.00");
    const after = await v.text("rule");
    expect(after).toContain("− 2.00 ≥ 0");
    expect(after.slice(0, after.lastIndexOf("−"))).toBe(before.slice(0, before.lastIndexOf("+")));
    await expect.poll(() => leaning(v, 0.3, 0.3), soon).toBeLessThan(0);
    expect(await v.text("status")).toBe("Paused");
    await v.page.keyboard.press("End");
    await expect.poll(() => leaning(v, -2.5, -2.5), soon).toBeGreaterThan(0);
    expect(v.complaints).toEqual([]);
  });

  it("is told x·y, and solves it", async () => {
    const v = await visit();
    await v.page.locator("[data-lesson=feature]").click();
    await phase(v, "finished");
    expect(await v.text("verdict")).toContain("A line was found");
    expect(await v.page.locator("#perceptron[data-solved]").count()).toBe(1);
  });
});

describe("a hidden layer", () => {
  it("solves XOR before one's eyes", async () => {
    const v = await visit();
    await v.page.locator("[data-lesson=hidden]").click();
    await phase(v, "running");
    await v.page.locator("#perceptron[data-solved]").waitFor();
    await v.page.locator("[name=pace][value=full]").check({ force: true });
    await phase(v, "finished");
    expect(await v.text("verdict")).toContain("XOR solved: 4 of 4 right");
    expect([await cell(v, "train", 0, 0), await cell(v, "train", 1, 1)]).toEqual(["2", "2"]);
    for (const [x, y, sign] of [
      [2.7, 2.7, -1],
      [-2.7, -2.7, -1],
      [2.7, -2.7, 1],
      [-2.7, 2.7, 1],
    ] as const) {
      expect(sign * (await leaning(v, x, y))).toBeGreaterThan(20);
    }
    // Eight units, each with a picture, and the output; lines from two inputs to each, and on.
    expect(await v.page.locator(".unit").count()).toBe(9);
    expect(await v.page.locator(".wire").count()).toBe(24);
    expect(v.complaints).toEqual([]);
  });

  it("shows each unit's weights and picture, for pointer and keyboard", async () => {
    const v = await visit({ fragment: "#perceptron?layers=3.2&data=moons" });
    const { page } = v;
    await phase(v, "idle");
    const hint = await v.text("readout");
    await page.locator(".unit").first().hover();
    await expect
      .poll(() => v.text("readout"), soon)
      .toMatch(/^a1 = tanh\(−?\d\.\d\d·x [+−] \d\.\d\d·y [+−] \d\.\d\d\)$/);
    expect(await v.text("shows")).toBe("What a1 answers");
    expect(await page.locator(".wire.lit").count()).toBe(2);
    await page.locator("#perceptron-plane-heading").hover();
    await expect.poll(() => v.text("readout"), soon).toBe(hint);
    expect(await page.locator("[data-part=shows]").isHidden()).toBe(true);
    await page.locator(".unit").last().focus();
    await expect.poll(() => v.text("readout"), soon).toMatch(/^output = .*·b1.*·b2/);
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => v.text("readout"), soon).toMatch(/^b1 = tanh/);
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => v.text("readout"), soon).toMatch(/^b2 = tanh/);
    expect(await page.locator(".unit[tabindex='0']").count()).toBe(1);
    await page.locator(".hit").first().dispatchEvent("pointerenter");
    await expect.poll(() => v.text("readout"), soon).toMatch(/^Weight from x to a1: −?\d\.\d{3}$/);
  });

  it("is as deep and as wide as one makes it, and the run goes on with it", async () => {
    const v = await visit({ fragment: "#perceptron?data=circles" });
    await v.click("primary");
    await phase(v, "running");
    await v.click("addLayer");
    await v.page.locator("[data-more='1']").click();
    await v.page.waitForURL(/layers=4\.5/);
    await phase(v, "running");
    expect(await v.page.locator(".unit").count()).toBe(10);
    await expect.poll(() => epoch(v), soon).toBeGreaterThan(2);
    await v.click("removeLayer");
    await v.click("removeLayer");
    await v.page.waitForURL(/layers=none/);
    expect(await v.page.locator(".unit").count()).toBe(1);
    expect(v.complaints).toEqual([]);
  });

  it("learns values as well, and the rules for classes stand back", async () => {
    const v = await visit({
      fragment: "#perceptron?data=wave&layers=8.8&pace=full&epochs=300&learner=logistic",
    });
    await expect.poll(() => v.page.locator("[name=learner][value=delta]").isChecked(), soon).toBe(true);
    expect(await v.page.locator("[name=learner][value=perceptron]").isDisabled()).toBe(true);
    await v.page.locator("[name=learner][value=network]").check({ force: true });
    await v.click("primary");
    await phase(v, "finished");
    expect(await v.number("right")).toBeGreaterThan(0.85);
    expect(await v.page.locator("[data-part=trainConfusion]").isHidden()).toBe(true);
    expect(await v.text("verdict")).toMatch(/^\d+ % of what varies/);
    expect(v.complaints).toEqual([]);
  });
});

describe("the transport", () => {
  it("runs, pauses, steps and resets", async () => {
    const v = await visit({ fragment: "#perceptron?data=moons" });
    await phase(v, "idle");
    await v.click("step");
    await phase(v, "paused");
    expect(await epoch(v)).toBe(0);
    await v.click("primary");
    await expect.poll(() => epoch(v), soon).toBeGreaterThan(3);
    await v.click("primary");
    await phase(v, "paused");
    await v.page.waitForTimeout(250);
    const rested = await epoch(v);
    await v.page.waitForTimeout(400);
    expect(await epoch(v)).toBe(rested);
    await v.click("reset");
    await phase(v, "idle");
    expect(await epoch(v)).toBe(0);
    // With more epochs allowed it goes on from where it ended.
    await v.page.locator("[name=epochs]").selectOption("30");
    await v.page.locator("[name=pace][value=full]").check({ force: true });
    await v.click("primary");
    await phase(v, "finished");
    expect(await epoch(v)).toBe(30);
    expect(await v.text("primary")).toBe("Run again");
    await v.page.locator("[name=epochs]").selectOption("100");
    expect(await v.text("primary")).toBe("Go on");
    await v.click("primary");
    await expect.poll(() => epoch(v), soon).toBe(100);
    expect(v.complaints).toEqual([]);
  });

  it("says that numbers ran away", async () => {
    const v = await visit({ fragment: "#perceptron?data=circles&learner=delta&rate=3&batch=0&pace=full" });
    await v.click("primary");
    await phase(v, "finished");
    expect(await v.text("status")).toBe("Ran away");
    expect(await v.text("verdict")).toContain("smaller learning rate");
    await v.page.locator("[name=rate]").selectOption("0.03");
    await phase(v, "idle");
    await v.click("primary");
    await phase(v, "finished");
    expect(await v.text("status")).toBe("Finished");
    expect(v.complaints).toEqual([]);
  });
});

describe("the plane", () => {
  it("takes points of either class, by pointer and by keyboard, and gives them back", async () => {
    const v = await visit({ fragment: "#perceptron?data=own&learner=perceptron&pace=full" });
    const { page } = v;
    await expect.poll(() => v.text("status"), soon).toBe("No points to learn from");
    expect(await page.locator("[data-part=primary]").getAttribute("aria-disabled")).toBe("true");
    await clickPlane(v, -2, -2);
    await clickPlane(v, -1, -2.5);
    await clickPlane(v, 1.5, 1, true);
    await page.locator("[name=brush][value=second]").check({ force: true });
    await clickPlane(v, 2.5, 0);
    await page.waitForURL(/points=a\w{4}a\w{4}b\w{4}b\w{4}&/);
    expect(await v.text("points")).toBe("4 to learn from, 0 held out");
    await page.locator("[data-part=plane]").focus();
    await page.keyboard.press("Shift+ArrowUp");
    await page.keyboard.press("Enter");
    await page.waitForURL(/points=(\w{5}){5}&/);
    expect(await v.text("planeMessage")).toBe("Point added: square at 2.5, 0.5.");
    await v.click("primary");
    await phase(v, "finished");
    expect(await v.text("status")).toBe("All told apart");
    await page.locator("[data-part=plane]").focus();
    await page.keyboard.press("Delete");
    await page.waitForURL(/points=(\w{5}){4}&/);
    await v.click("clear");
    await expect.poll(() => v.text("points"), soon).toBe("0 to learn from, 0 held out");
    expect(v.complaints).toEqual([]);
  });
});

describe("the address", () => {
  it("gives the same run again, to the last figure, and the same as outside the browser", async () => {
    const chosen =
      "data=moons&noise=12&held=40&features=x.y.xy&layers=5.3&activation=relu&rate=0.003&decay=0.01&dropout=0.1&batch=30&epochs=100&seed=7&pace=full";
    const run = async (): Promise<string[]> => {
      const v = await visit({ fragment: `#perceptron?${chosen}` });
      await v.click("primary");
      await phase(v, "finished");
      await v.page.locator(".unit").last().focus();
      expect(v.page.url()).toContain(chosen);
      return [await v.text("loss"), await v.text("lossTest"), await v.text("right"), await v.text("readout")];
    };
    const first = await run();
    expect(await run()).toEqual(first);

    const settings = readSettings(settingFields, new URLSearchParams(chosen));
    const task = taskOf(settings, makePoints(settings));
    const learner = await makeLearner(task);
    while (learner.epoch < settings.epochs) await learner.finishEpoch();
    const numbers = new Numbers("en");
    const { network, learning } = perceptronStrings;
    const words = { ...network, activations: learning.activations };
    const output = { layer: 2, unit: 0 };
    expect(first[3]).toBe(formulaOf(wiringOf(settings), learner.layers(), output, words, numbers));
    const { xs, ys, targets } = task.test;
    const scores = learner.scores(featureRows(task.features, xs, ys));
    expect(first[1]).toBe(numbers.fixed(qualityOf(scores, targets, "network", false).loss, 3));
    learner.dispose();
  });

  it("holds every control, and is followed", async () => {
    const v = await visit();
    const { page } = v;
    await page.locator("[name=data][value=spirals]").check({ force: true });
    await page.locator("[name=features][value=sinx]").check({ force: true });
    await page.locator("[name=noise]").fill("20");
    await page.locator("[name=held]").fill("50");
    await page.locator("[name=seed]").fill("42");
    for (const [name, value] of [
      ["activation", "relu"],
      ["optimiser", "sgd"],
      ["rate", "0.1"],
      ["batch", "0"],
      ["decay", "0.001"],
      ["dropout", "0.2"],
      ["epochs", "300"],
    ] as const) {
      await page.locator(`select[name=${name}]`).selectOption(value);
    }
    await page.locator("[name=view][value=sides]").check({ force: true });
    await page.waitForURL(/view=sides/);
    const { hash } = new URL(page.url());
    expect(hash).toBe(
      "#perceptron?data=spirals&noise=20&held=50&features=x.y.sinx&activation=relu&optimiser=sgd&rate=0.1&decay=0.001&dropout=0.2&batch=0&epochs=300&seed=42&view=sides",
    );
    await page.reload();
    await phase(v, "idle");
    expect(new URL(page.url()).hash).toBe(hash);
    expect(await page.locator("[name=seed]").inputValue()).toBe("42");
    expect(await page.locator("[name=features][value=sinx]").isChecked()).toBe(true);
    expect(await v.text("points")).toBe("100 to learn from, 100 held out");
    await page.evaluate(() => {
      location.hash = "#perceptron?data=and&learner=perceptron";
    });
    await expect.poll(() => page.locator("[name=learner][value=perceptron]").isChecked(), soon).toBe(true);
    expect(await v.text("points")).toContain("4 to learn from, 0 held out. Truth");
    // The last input stays.
    await page.locator("[name=features][value=x]").uncheck({ force: true });
    await page.locator("[name=features][value=y]").click({ force: true });
    expect(await page.locator("[name=features][value=y]").isChecked()).toBe(true);
    expect(v.complaints).toEqual([]);
  });
});

describe("when something fails", () => {
  it("shows that the worker did not load, and tries again", async () => {
    const made = await site.arrive();
    visits.push(made);
    let broken = true;
    await made.context.route("**/perceptronWorker*.js", (route) =>
      broken ? route.abort() : route.continue(),
    );
    await made.page.goto(`${site.url}#perceptron?pace=full&epochs=100`);
    await phase(made, "error");
    expect(await made.text("failureText")).toContain("Check the connection");
    broken = false;
    await made.click("retry");
    await phase(made, "finished");
    expect(await made.page.getByRole("alert").count()).toBe(0);
  });
});

describe("for everyone", () => {
  it("costs little, and the other exhibits' visitors nothing", async () => {
    const load = async (fragment: string): Promise<{ requested: string[]; compressed: number }> => {
      const made = await site.arrive();
      visits.push(made);
      const requested: string[] = [];
      const bodies: Promise<Buffer>[] = [];
      await made.context.route(/perceptronWorker/, (route) => route.abort());
      made.page.on("request", (request) => requested.push(request.url()));
      made.page.on("response", (response) => bodies.push(response.body()));
      await made.page.goto(site.url + fragment);
      await made.page.waitForLoadState("networkidle");
      let compressed = 0;
      for (const body of await Promise.all(bodies)) compressed += gzipSync(body).byteLength;
      return { requested, compressed };
    };
    const other = await load("");
    expect(other.requested.filter((url) => /perceptron/i.test(url))).toEqual([]);
    const own = await load("#perceptron");
    expect(own.requested.filter((url) => !url.startsWith(site.url))).toEqual([]);
    expect(own.compressed).toBeGreaterThan(30_000);
    expect(own.compressed).toBeLessThan(90_000);
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`has no accessibility complaint in ${colorScheme}, for a neuron and a network, still and trained`, async () => {
      const v = await visit({
        fragment: "#perceptron?pace=full&epochs=100&data=moons&layers=4.2",
        colorScheme,
      });
      await phase(v, "idle");
      expect(await v.violations()).toEqual([]);
      await v.click("primary");
      await phase(v, "finished");
      expect(await v.violations()).toEqual([]);
      await v.page.locator("[data-lesson=line]").click();
      await phase(v, "finished");
      expect(await v.violations()).toEqual([]);
      await v.page.locator("[name=data][value=wave]").check({ force: true });
      await expect.poll(() => v.page.locator("[name=learner][value=delta]").isChecked(), soon).toBe(true);
      expect(await v.violations()).toEqual([]);
    });
  }

  it("fits 360 pixels, whatever learns", async () => {
    const v = await visit({
      fragment: "#perceptron?layers=8.8.8.8&pace=full&epochs=30",
      viewport: { width: 360, height: 740 },
    });
    await phase(v, "idle");
    expect(await v.overflow()).toBeLessThanOrEqual(0);
    await v.click("primary");
    await phase(v, "finished");
    expect(await v.overflow()).toBeLessThanOrEqual(0);
    for (const learner of ["perceptron", "delta", "logistic"]) {
      await v.page.locator(`[name=learner][value=${learner}]`).check({ force: true });
      await phase(v, "idle");
      expect(await v.overflow(), learner).toBeLessThanOrEqual(0);
    }
  });

  it("moves nothing by itself for those who want less motion", async () => {
    const v = await visit({ reducedMotion: "reduce", fragment: "#perceptron?data=moons" });
    await phase(v, "idle");
    await v.page.waitForTimeout(300);
    expect(await epoch(v)).toBe(0);
    await v.click("primary");
    await phase(v, "running");
    const moving = await v.page.evaluate(
      () => document.getAnimations().filter(({ playState }) => playState === "running").length,
    );
    expect(moving).toBe(0);
  });

  it("trains offline once it was there", async () => {
    const made = await site.visit({ serviceWorkers: "allow" });
    visits.push(made);
    await made.page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
    await made.page.goto(`${site.url}#perceptron?pace=full&epochs=100`);
    await phase(made, "idle");
    await made.context.setOffline(true);
    await made.page.reload();
    await phase(made, "idle");
    await made.click("primary");
    await phase(made, "finished");
    expect(made.complaints).toEqual([]);
  });
});
