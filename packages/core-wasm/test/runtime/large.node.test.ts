import { expect, it } from "vitest";
import { containerMaxArea, Runtime } from "../../src/index.js";

it("reaches beyond 2 GiB, where addresses no longer fit a signed integer", () => {
  const runtime = Runtime.createSync();
  runtime.heap.allocBytes(2.5 * 2 ** 30); // untouched, so the system backs it with nothing
  const heights = runtime.heap.from("u32", [1, 8, 6, 2, 5, 4, 8, 3, 7]);
  expect(heights.ptr).toBeGreaterThan(2 ** 31);
  expect(containerMaxArea(heights)).toEqual({ area: 49, left: 1, right: 8 });
  expect(containerMaxArea(heights.view, { runtime })).toEqual({ area: 49, left: 1, right: 8 });
  expect(containerMaxArea(heights.toArray(), { runtime })).toEqual({ area: 49, left: 1, right: 8 });
  runtime.dispose();
});
