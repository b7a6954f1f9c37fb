import { describe, expect, it } from "vitest";
import { Pacer } from "../../src/optim/pacer.js";

describe("Pacer", () => {
  it("is due when its time is up, and not after a pause", async () => {
    const pacer = new Pacer({ milliseconds: 20 });
    const began = performance.now();
    while (!pacer.due) expect(performance.now() - began).toBeLessThan(5000);
    expect(performance.now() - began).toBeGreaterThan(19);
    const patient = new Pacer({ milliseconds: 60_000 });
    expect(patient.due).toBe(false);
    await patient.pause();
    expect(patient.due).toBe(false);
  });

  it("lets tasks run in a pause", async () => {
    const pacer = new Pacer();
    const task = { ran: false };
    setTimeout(() => (task.ran = true), 0);
    for (let i = 0; i < 100_000 && !task.ran; i++) await pacer.pause();
    expect(task.ran).toBe(true);
  });

  it("lets several loops pause at once", async () => {
    const pacers = Array.from({ length: 3 }, () => new Pacer());
    const paused = Promise.all(pacers.flatMap((pacer) => [pacer.pause(), pacer.pause()]));
    await expect(paused).resolves.toHaveLength(6);
  });

  it("throws the reason of its signal at the end of a pause", async () => {
    const controller = new AbortController();
    const pacer = new Pacer({ signal: controller.signal });
    await pacer.pause();
    const reason = new Error("enough");
    const paused = pacer.pause();
    controller.abort(reason);
    await expect(paused).rejects.toBe(reason);
  });
});
