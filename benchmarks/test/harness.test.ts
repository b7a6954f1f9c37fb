import { describe, expect, it } from "vitest";
import { compare } from "../harness.ts";

describe("compare", () => {
  it("verifies before it runs anything, and frees what the contenders hold though that fails", async () => {
    const calls: string[] = [];
    const comparison = {
      title: "nothing",
      contenders: [{ name: "one", run: () => calls.push("run") }],
      verify() {
        throw new Error("outputs differ");
      },
      dispose: () => void calls.push("dispose"),
    };
    await expect(compare(comparison, { seconds: 0.001 })).rejects.toThrow("outputs differ");
    expect(calls).toEqual(["dispose"]);
  });

  it("lets contenders take turns, synchronous or not, and says what each is and has done", async () => {
    let turns = "";
    const mark = (letter: string): void => {
      if (!turns.endsWith(letter)) turns += letter;
    };
    const measured = await compare(
      {
        title: "turns",
        work: { amount: 1000, unit: "flop" },
        contenders: [
          { name: "a", run: () => mark("a"), role: "ours", variant: "simd", copies: false },
          { name: "b", run: () => Promise.resolve().then(() => mark("b")), amount: 2000 },
        ],
        verify: () => mark("v"),
      },
      { seconds: 0.01 },
    );
    expect(turns).toMatch(/^v(ab){2,}/);
    expect(measured).toHaveLength(2);
    const [a, b] = measured;
    expect(a).toMatchObject({ title: "turns", name: "a", role: "ours", variant: "simd", copies: false });
    expect(a!.rate!.unit).toBe("flop/s");
    expect((a!.rate!.amount * a!.median) / 1_000_000).toBeCloseTo(1, 10);
    expect((b!.rate!.amount * b!.median) / 2_000_000).toBeCloseTo(1, 10);
    expect(b).not.toHaveProperty("role");
    for (const { best, median, samples } of measured) {
      expect(samples).toBeGreaterThanOrEqual(5);
      expect(best).toBeLessThanOrEqual(median);
    }
  });

  it("fails where a contender throws", async () => {
    const run = (): void => {
      throw new Error("out of order");
    };
    const comparison = { title: "broken", contenders: [{ name: "one", run }], verify() {} };
    await expect(compare(comparison, { seconds: 0.001 })).rejects.toThrow("out of order");
  });
});
