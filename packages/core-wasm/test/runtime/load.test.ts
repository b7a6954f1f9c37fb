import { afterEach, describe, expect, it, vi } from "vitest";
import relaxedBase64 from "../../src/generated/relaxedWasm.js";
import simdBase64 from "../../src/generated/simdWasm.js";
import {
  containerMaxArea,
  FormatError,
  hasRelaxedSimd,
  OutOfMemoryError,
  Runtime,
  type RuntimeOptions,
  UnsupportedError,
} from "../../src/index.js";
import { expectRejects, expectThrows } from "./errors.js";

const [simd, relaxed] = [simdBase64, relaxedBase64].map((text) =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0)),
) as [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>];

/** (module): well formed, and not ours. */
const empty = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

function expectWorks(runtime: Runtime): void {
  expect(containerMaxArea(Uint32Array.of(4, 1, 3), { runtime })).toEqual({ area: 6, left: 0, right: 2 });
  runtime.dispose();
}

describe.each([
  ["create", (options?: RuntimeOptions) => Runtime.create(options)],
  ["createSync", async (options?: RuntimeOptions) => Runtime.createSync(options)],
])("%s", (_, create) => {
  it("takes the fastest variant that the engine has", async () => {
    for (const options of [undefined, {}, { variant: "auto" }] satisfies (RuntimeOptions | undefined)[]) {
      const runtime = await create(options);
      expect(runtime.variant).toBe(hasRelaxedSimd() ? "relaxed" : "simd");
      expectWorks(runtime);
    }
  });

  it("takes the variant that is named", async () => {
    const runtime = await create({ variant: "simd" });
    expect(runtime.variant).toBe("simd");
    expectWorks(runtime);
    const unknown = create({ variant: "threads" as never });
    expect((await expectRejects(unknown, UnsupportedError, "variant")).received).toBe("threads");
  });

  it.runIf(hasRelaxedSimd())("takes relaxed where it is named", async () => {
    const runtime = await create({ variant: "relaxed" });
    expect(runtime.variant).toBe("relaxed");
    expectWorks(runtime);
  });

  it("takes bytes, and asks the module what it is", async () => {
    const runtime = await create({ bytes: simd });
    expect(runtime.variant).toBe("simd");
    expectWorks(runtime);
    const within = new Uint8Array(simd.length + 5);
    within.set(simd, 5);
    expectWorks(await create({ bytes: within.subarray(5) }));
    expectWorks(await create({ bytes: simd.buffer }));
  });

  it("takes a compiled module", async () => {
    const module = await WebAssembly.compile(simd);
    const [a, b] = [await create({ module }), await create({ module, variant: "simd" })];
    expect(a.variant).toBe("simd");
    expect(a.memory.buffer).not.toBe(b.memory.buffer);
    expectWorks(a);
    expectWorks(b);
  });

  it.runIf(hasRelaxedSimd())("refuses a module of another variant than the one that is named", async () => {
    const wrong = await expectRejects(
      create({ bytes: relaxed, variant: "simd" }),
      UnsupportedError,
      "variant",
    );
    expect(wrong.received).toContain("relaxed");
    const module = await WebAssembly.compile(simd);
    await expectRejects(create({ module, variant: "relaxed" }), UnsupportedError, "variant");
  });

  it("refuses what is not a module, or not ours", async () => {
    await expectRejects(create({ bytes: Uint8Array.of(1, 2, 3) }), FormatError, "bytes");
    await expectRejects(create({ bytes: simd.slice(0, 100) }), FormatError, "bytes");
    await expectRejects(create({ bytes: empty }), FormatError, "module");
    await expectRejects(create({ module: new WebAssembly.Module(empty) }), FormatError, "module");
  });
});

describe("url", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  /** A fetch that answers from here. */
  function answer(body: BodyInit | null, init: ResponseInit): string[] {
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (url: string | URL) => {
      asked.push(String(url));
      return new Response(body, init);
    });
    return asked;
  }

  it.each(["application/wasm", "application/octet-stream"])("compiles what comes as %s", async (type) => {
    const asked = answer(simd, { headers: { "content-type": type } });
    const runtime = await Runtime.create({ url: "https://cdn.example/simd.wasm" });
    expect(asked).toEqual(["https://cdn.example/simd.wasm"]);
    expect(runtime.variant).toBe("simd");
    expectWorks(runtime);
  });

  it("is left alone when there is a module or bytes", async () => {
    const asked = answer(null, { status: 500 });
    expectWorks(await Runtime.create({ url: "/simd.wasm", bytes: simd }));
    expectWorks(
      await Runtime.create({ url: new URL("https://cdn.example/x"), module: new WebAssembly.Module(simd) }),
    );
    expectWorks(Runtime.createSync({ url: "/simd.wasm", bytes: simd }));
    expect(asked).toEqual([]);
  });

  it("says so when nothing useful comes", async () => {
    answer("gone", { status: 404 });
    const missing = await expectRejects(Runtime.create({ url: "/simd.wasm" }), UnsupportedError, "url");
    expect(missing.received).toBe("HTTP status 404");
    for (const type of ["application/wasm", "text/html"]) {
      answer("<!doctype html>", { headers: { "content-type": type } });
      await expectRejects(Runtime.create({ url: "/simd.wasm" }), FormatError, "url");
    }
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("Failed to fetch")));
    const failed = await expectRejects(Runtime.create({ url: "/simd.wasm" }), UnsupportedError, "url");
    expect(failed.received).toBe("Failed to fetch");
    expect(failed.cause).toBeInstanceOf(TypeError);
  });

  it("takes time, so createSync refuses it", () => {
    expectThrows(() => Runtime.createSync({ url: "/simd.wasm" }), UnsupportedError, "url");
  });
});

describe("an engine that will not compile", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("is said to lack what it lacks", async () => {
    const refuse = (): never => {
      throw new WebAssembly.CompileError("code generation disallowed by embedder");
    };
    vi.spyOn(WebAssembly, "compile").mockImplementation(async () => refuse());
    vi.spyOn(WebAssembly, "Module").mockImplementation(function module() {
      return refuse();
    });
    const error = await expectRejects(Runtime.create(), UnsupportedError, "WebAssembly");
    expect(error.expected).toContain("wasm-unsafe-eval");
    expectThrows(() => Runtime.createSync(), UnsupportedError, "WebAssembly");
  });

  it("has no relaxed variant where the probe fails", async () => {
    vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
    expect(hasRelaxedSimd()).toBe(false);
    const runtime = Runtime.createSync();
    expect(runtime.variant).toBe("simd");
    expectWorks(runtime);
    await expectRejects(Runtime.create({ variant: "relaxed" }), UnsupportedError, "variant");
  });

  it("is out of memory where no memory can be had", () => {
    vi.spyOn(WebAssembly, "Memory").mockImplementation(function memory(): never {
      throw new globalThis.RangeError("could not allocate memory");
    });
    expectThrows(() => Runtime.createSync(), OutOfMemoryError, "memory");
  });
});
