import { expect, it, vi } from "vitest";

it("does no work at import", async () => {
  const spies = [
    vi.spyOn(WebAssembly, "Module"),
    vi.spyOn(WebAssembly, "Instance"),
    vi.spyOn(WebAssembly, "Memory"),
    vi.spyOn(WebAssembly, "compile"),
    vi.spyOn(WebAssembly, "validate"),
    vi.spyOn(globalThis, "atob"),
  ];
  const { Runtime } = await import("../../src/index.js");
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  Runtime.createSync().dispose();
  expect(spies.filter((spy) => spy.mock.calls.length > 0).length, "calls that were counted").toBe(5);
});
