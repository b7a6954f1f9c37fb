import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type axe from "axe-core";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright";
import { preview, type PreviewServer } from "vite";
import { chromiumPath, quietChromium } from "../../../../vitest.shared.js";

/** The built page, served as `npm start` serves it, and a browser to visit it with. */
export class Site {
  readonly url: string;
  readonly #server: PreviewServer;
  readonly #browser: Browser;

  private constructor(server: PreviewServer, browser: Browser) {
    this.#server = server;
    this.#browser = browser;
    this.url = server.resolvedUrls?.local[0] ?? "";
  }

  static async open(): Promise<Site> {
    const root = new URL("../..", import.meta.url).pathname;
    const [server, browser] = await Promise.all([
      preview({ root, preview: { host: "127.0.0.1", port: 0 }, logLevel: "error" }),
      chromium.launch({ executablePath: chromiumPath(), chromiumSandbox: false, args: quietChromium }),
    ]);
    return new Site(server, browser);
  }

  /** A fresh visitor. Without a service worker, unless it is asked for: it would answer before a test's routes do. */
  async visit({
    fragment = "",
    ...options
  }: BrowserContextOptions & { fragment?: string } = {}): Promise<Visit> {
    const context = await this.#browser.newContext({ serviceWorkers: "block", ...options });
    const visit = new Visit(context, await context.newPage());
    await visit.page.goto(this.url + fragment);
    return visit;
  }

  /** The same, before the page is asked for. */
  async arrive(options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await this.#browser.newContext({ serviceWorkers: "block", ...options });
    return new Visit(context, await context.newPage());
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.close();
  }
}

/** One visitor's page, and all that its console complained of. */
export class Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly complaints: string[] = [];

  constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.on("console", (message) => {
      const blockedByTest = message.text().includes("Service Worker registration blocked by Playwright");
      if (["error", "warning"].includes(message.type()) && !blockedByTest)
        this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(error.message));
  }

  /** The text of a part of the exhibit. */
  async text(part: string): Promise<string> {
    return (await this.page.locator(`[data-part=${part}]`).textContent()) ?? "";
  }

  async click(part: string): Promise<void> {
    await this.page.locator(`[data-part=${part}]`).click();
  }

  async phase(name: string, exhibit = "charRnn"): Promise<void> {
    await this.page.locator(`#${exhibit}[data-phase=${name}]`).waitFor({ timeout: 60_000 });
  }

  /** Waits until the step count has reached `step`. */
  async step(step: number): Promise<void> {
    await this.page.waitForFunction(
      (least) =>
        Number(document.querySelector("[data-part=stepNow]")?.textContent?.replaceAll(",", "")) >= least,
      step,
      { timeout: 90_000 },
    );
  }

  async number(part: string): Promise<number> {
    return Number((await this.text(part)).replaceAll(",", ""));
  }

  /** How much wider the document is than the window. */
  async overflow(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  }

  /** What axe finds, one line each. */
  async violations(): Promise<string[]> {
    const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    await this.page.evaluate(source);
    return this.page.evaluate(async () => {
      const { violations } = await (window as unknown as { axe: typeof axe }).axe.run();
      return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
    });
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}
