import { describe, expect, it } from "vitest";
import { cleanText, objectionTo } from "../../src/exhibits/charRnn/ownText.js";
import { en } from "../../src/shell/en.js";
import { Numbers } from "../../src/shell/numbers.js";

const numbers = new Numbers("en");
const objection = (text: string): string | undefined => objectionTo(text, en.charRnn.own, numbers);

describe("a text of one's own", () => {
  it("must be long enough", () => {
    expect(objection("x".repeat(1999))).toBe("At least 2,000 characters are needed: this has 1,999.");
    expect(objection("x".repeat(2000))).toBeUndefined();
  });

  it("must not have too many different characters", () => {
    const wide = Array.from({ length: 3000 }, (_, index) => String.fromCharCode(0x4e00 + index)).join("");
    expect(objection(wide)).toBe("At most 1,024 different characters: this has 3,000.");
  });

  it("has one kind of line end, and no character of two units", () => {
    expect(cleanText("\uFEFFa\r\nb\rc\n")).toBe("a\nb\nc\n");
    expect(cleanText("a😀b\uD800")).toBe("a\uFFFDb\uFFFD");
  });
});
