import { describe, expect, it } from "vitest";
import type { Exhibit } from "../../src/shell/exhibit.js";
import { Showroom } from "../../src/shell/showroom.js";

type Id = "one" | "two";

/** A showroom of two exhibits, and what happens in it. */
function makeShowroom({ load = async (_id: Id): Promise<void> => {} } = {}) {
  const log: string[] = [];
  const signals: AbortSignal[] = [];
  const open = (id: Id) => async (): Promise<{ exhibit: Exhibit }> => {
    log.push(`load ${id}`);
    await load(id);
    return { exhibit: { id, markup: () => "", mount: () => {} } };
  };
  const showroom = new Showroom<Id>({
    exhibits: { one: open("one"), two: open("two") },
    first: "one",
    place: () => ({}) as HTMLElement,
    clear: (id) => log.push(`clear for ${id}`),
    mount: ({ id }, _root, left) => {
      log.push(`mount ${id}`);
      signals.push(left);
    },
    shown: (id, moved) => log.push(`shown ${id}${moved ? ", moved" : ""}`),
    failed: (error) => log.push(String(error)),
  });
  return { showroom, log, signals };
}

describe("the showroom", () => {
  it("shows the exhibit that the address names, or the first", async () => {
    for (const [fragment, id] of [
      ["", "one"],
      ["#two", "two"],
      ["#two?a=b", "two"],
      ["#main", "one"],
      ["#constructor", "one"],
    ]) {
      const { showroom, log } = makeShowroom();
      await showroom.follow(fragment!);
      expect(log).toEqual([`clear for ${id}`, `load ${id}`, `mount ${id}`, `shown ${id}`]);
    }
  });

  it("stays where it is for new settings, and for what names no exhibit", async () => {
    const { showroom, log } = makeShowroom();
    await showroom.follow("#two");
    const before = log.length;
    for (const fragment of ["#two?a=b", "#main"]) await showroom.follow(fragment);
    expect(log.length).toBe(before);
  });

  it("leaves one for another, and comes back", async () => {
    const { showroom, log, signals } = makeShowroom();
    await showroom.follow("");
    await showroom.follow("#two");
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    await showroom.follow("");
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, false]);
    expect(log.slice(-4)).toEqual(["clear for one", "load one", "mount one", "shown one, moved"]);
  });

  it("does not mount what arrives when the visitor has gone on", async () => {
    let release = (): void => {};
    const { showroom, log } = makeShowroom({
      load: (id) => (id === "one" ? new Promise((resolve) => (release = resolve)) : Promise.resolve()),
    });
    const first = showroom.follow("");
    await showroom.follow("#two");
    release();
    await first;
    expect(log.filter((line) => line.startsWith("mount"))).toEqual(["mount two"]);
  });

  it("says so when one does not load, and shows another all the same", async () => {
    const { showroom, log } = makeShowroom({
      load: async (id) => {
        if (id === "two") throw new Error("gone");
      },
    });
    await showroom.follow("#two");
    expect(log.at(-1)).toBe("Error: gone");
    await showroom.follow("#one");
    expect(log.at(-1)).toBe("shown one, moved");
  });
});
