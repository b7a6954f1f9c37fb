import { RangeError } from "@lanewise/core-wasm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TextStreams } from "../../src/data/index.js";

const counting = (length: number) => Int32Array.from({ length }, (_, i) => i);

function windowsOf(streams: TextStreams, count: number) {
  const { batch, window } = streams;
  return Array.from({ length: count }, () => {
    const inputs = new Int32Array(window * batch).fill(-1);
    const targets = new Int32Array(window * batch).fill(-1);
    const restarted = new Uint8Array(batch).fill(9);
    streams.peek(inputs, targets, restarted);
    streams.advance();
    return { inputs, targets, restarted };
  });
}

describe("TextStreams", () => {
  it("reads side by side, time-major, and goes on where it ended", () => {
    const [first, second] = windowsOf(new TextStreams(counting(23), { batch: 2, window: 3 }), 2);
    expect([...first!.inputs]).toEqual([0, 10, 1, 11, 2, 12]);
    expect([...first!.targets]).toEqual([1, 11, 2, 12, 3, 13]);
    expect([...second!.inputs]).toEqual([3, 13, 4, 14, 5, 15]);
    expect([...first!.restarted, ...second!.restarted]).toEqual([0, 0, 0, 0]);
  });

  it("has targets one ahead, streams that go on or restart, and covers the text", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 60 }),
        (batch, window, more) => {
          const length = window + more;
          const streams = new TextStreams(counting(length), { batch, window });
          const read = new Set<number>();
          const last: (number | undefined)[] = [];
          for (const { inputs, targets, restarted } of windowsOf(streams, Math.ceil(length / window) + 1)) {
            for (let b = 0; b < batch; b++) {
              const begin = inputs[b]!;
              if (restarted[b]) expect(begin).toBe(0);
              else if (last[b] !== undefined) expect(begin).toBe(last[b]! + 1);
              if (restarted[b]) expect(last[b]! + 1 + window).toBeGreaterThanOrEqual(length);
              for (let t = 0; t < window; t++) {
                const at = t * batch + b;
                expect(inputs[at]).toBe(begin + t);
                expect(targets[at]).toBe(inputs[at]! + 1);
                read.add(inputs[at]!);
              }
              last[b] = begin + window - 1;
            }
          }
          expect(Math.max(...read)).toBeLessThan(length - 1);
          for (let i = 0; i < length - 1 - window; i++) expect(read.has(i)).toBe(true);
        },
      ),
    );
  });

  it("changes nothing until it advances, and goes on from positions", () => {
    const options = { batch: 3, window: 4 };
    const streams = new TextStreams(counting(50), options);
    windowsOf(streams, 2);
    const { positions } = streams;
    const resumed = new TextStreams(counting(50), { ...options, positions });
    const before = new Int32Array(12);
    streams.peek(before, new Int32Array(12), new Uint8Array(3));
    expect(streams.positions).toEqual(positions);
    for (const at of [0, 1, 2, 3, 4, 5, 6])
      expect(windowsOf(resumed, 1), `${at}`).toEqual(windowsOf(streams, 1));
  });

  it("refuses a text that is too short, and positions that do not fit", () => {
    expect(() => new TextStreams(counting(8), { batch: 2, window: 8 })).toThrow(RangeError);
    expect(() => new TextStreams(counting(8), { batch: 2, window: 8 })).toThrow("at least 9 characters");
    expect(new TextStreams(counting(9), { batch: 2, window: 8 }).length).toBe(9);
    const options = { batch: 2, window: 3 };
    expect(() => new TextStreams(counting(9), { ...options, positions: [1] })).toThrow(RangeError);
    expect(() => new TextStreams(counting(9), { ...options, positions: [1, 10] })).toThrow(RangeError);
    expect(() => new TextStreams(counting(9), { batch: 0, window: 3 })).toThrow(RangeError);
    expect(() => new TextStreams(counting(9), { batch: 1, window: 0.5 })).toThrow(RangeError);
  });
});
