import { describe, expect, it } from "vitest";
import { catalogue, surrogateIds } from "../../../src/exhibits/smooth/catalogue.js";
import { mathml } from "../../../src/exhibits/smooth/curves/mathml.js";
import { power } from "../../../src/exhibits/smooth/curves/view.js";
import { smoothMarkup } from "../../../src/exhibits/smooth/markup.js";
import { smoothStrings } from "../../../src/exhibits/smooth/strings.js";
import { en } from "../../../src/shell/en.js";
import { fillIn } from "../../../src/shell/i18n.js";

/** The elements directly inside the first one of a name. */
function childrenOf(markup: string, name: string): string[] {
  const inside = markup.slice(markup.indexOf(`<${name}>`) + name.length + 2);
  const names: string[] = [];
  let depth = 0;
  for (const [, closes, tag] of inside.matchAll(/<(\/?)(\w+)[^>]*>/g)) {
    if (!closes && depth === 0) names.push(tag!);
    depth += closes ? -1 : 1;
    if (depth < 0) break;
  }
  return names;
}

describe("formulas", () => {
  it("become fractions, roots, and what stands above and below", () => {
    expect(mathml("\\frac{a}{2}")).toBe(
      '<math display="block"><mrow><mfrac><mrow><mi>a</mi></mrow><mrow><mn>2</mn></mrow></mfrac></mrow></math>',
    );
    expect(mathml("x_i^2")).toContain("<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>");
    expect(mathml("\\sqrt{x}")).toContain("<msqrt><mrow><mi>x</mi></mrow></msqrt>");
    expect(mathml("Σ_i x")).toContain("<munder><mo>∑</mo><mi>i</mi></munder>");
    expect(mathml("1 \\text{ at } 0")).toContain("<mtext>\u00a0at\u00a0</mtext>");
    expect(mathml("a < b")).toContain("<mo>&#60;</mo>");
  });

  it("give a name of several letters some air, but not inside of what it carries", () => {
    expect(mathml("ln x")).toContain('<mi>ln</mi><mspace width="0.17em"></mspace><mi>x</mi>');
    expect(mathml("ln(x)")).not.toContain("mspace");
    expect(childrenOf(mathml("soft_i x"), "msub")).toEqual(["mi", "mi"]);
  });

  it("with braces that do not match are errors", () => {
    expect(() => mathml("\\frac{a}{2")).toThrow("not closed");
    expect(() => mathml("a}")).toThrow("too many");
    for (const formula of ["x^", "\\sqrt"]) expect(() => mathml(formula)).toThrow("ends too soon");
  });

  it.each(surrogateIds)("of %s can be read", (id) => {
    const { soft, hard, error } = catalogue[id];
    for (const formula of [soft, hard, error].join("\n").split("\n")) {
      const written = mathml(formula);
      expect(written).not.toMatch(/\\|undefined/);
      for (const name of ["mfrac", "msup", "msub", "munder"]) {
        if (written.includes(`<${name}>`)) expect(childrenOf(written, name)).toHaveLength(2);
      }
    }
  });
});

describe("words", () => {
  it("fill in all of the markup", () => {
    const html = fillIn(smoothMarkup(), en);
    expect(html).not.toMatch(/\{\{|undefined/);
    expect(html).toContain(smoothStrings.heading);
    expect(html.match(/<option /g)).toHaveLength(surrogateIds.length);
    const parts = [...html.matchAll(/data-part="([\w-]+)"/g)].map(([, name]) => name);
    expect(new Set(parts).size).toBe(parts.length);
  });

  it("write powers of ten as an axis has them", () => {
    expect([1e-12, 0.001, 1, 10, 100].map(power)).toEqual(["10⁻¹²", "10⁻³", "1", "10", "10²"]);
  });
});
