import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { charRnnMarkup } from "../../src/exhibits/charRnn/markup.js";
import { kernelsMarkup } from "../../src/exhibits/kernels/markup.js";
import { Announcer } from "../../src/shell/announcer.js";
import { en } from "../../src/shell/en.js";
import { fillIn, format, stringsFor } from "../../src/shell/i18n.js";
import { Numbers } from "../../src/shell/numbers.js";

describe("strings", () => {
  it("take values by name", () => {
    expect(format("Step {step} of {steps}", { step: 1, steps: 2 })).toBe("Step 1 of 2");
    expect(format("{missing}", {})).toBe("{missing}");
  });

  it("fall back to English", () => {
    expect(stringsFor("en-GB")).toBe(en);
    expect(stringsFor("tlh")).toBe(en);
  });

  it("fill in the markup, escaped, and a path that leads nowhere is an error", () => {
    expect(fillIn("<p>{{a.b}}</p>", { a: { b: `<"&>` } })).toBe("<p>&#60;&#34;&#38;&#62;</p>");
    expect(() => fillIn("{{a.c}}", { a: {} })).toThrow("a.c");
    expect(() => fillIn("{{a}}", { a: {} })).toThrow("a");
  });

  it.each([
    ["charRnn", charRnnMarkup, en.charRnn.heading],
    ["kernels", kernelsMarkup, en.kernels.heading],
  ])("fill in all of %s", (id, markup, heading) => {
    const html = fillIn(markup(), en);
    expect(html).not.toContain("{{");
    expect(html).not.toContain("undefined");
    expect(html).toContain(heading);
    expect(html.match(/<article id="(\w+)"/)?.[1]).toBe(id);
  });
});

describe("numbers", () => {
  const numbers = new Numbers("en");
  it("are written as people write them", () => {
    expect(numbers.whole(1234.6)).toBe("1,235");
    expect(numbers.fixed(2, 2)).toBe("2.00");
    expect(numbers.duration(65)).toBe("1:05");
    expect(numbers.duration(3725)).toBe("1:02:05");
    expect(numbers.duration(-1)).toBe("0:00");
    expect(numbers.bytes(1500)).toBe("1.5 kB");
    expect(numbers.bytes(61_400)).toBe("61 kB");
    expect(numbers.bytes(2_500_000)).toBe("2.5 MB");
  });
});

describe("the announcer", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("says the first message at once, and of those that follow the last one, later", () => {
    const said: string[] = [];
    const announcer = new Announcer((message) => said.push(message), 1000);
    announcer.announce("one");
    announcer.announce("two");
    announcer.announce("three");
    expect(said).toEqual(["one"]);
    vi.advanceTimersByTime(1000);
    expect(said).toEqual(["one", "three"]);
  });

  it("says what is urgent at once, and drops what waited", () => {
    const said: string[] = [];
    const announcer = new Announcer((message) => said.push(message), 1000);
    announcer.announce("one");
    announcer.announce("two");
    announcer.announce("stop", true);
    vi.advanceTimersByTime(5000);
    expect(said).toEqual(["one", "stop"]);
  });
});
