// The errors of the transcendentals in assembly/lib, in units in the last place of the exact result, over every
// float32 between ±2^−30 and the bounds beyond which the function is constant. Run by hand, after a build:
//   node scripts/measureUlp.mjs [stride] [name …]     stride 1 (the default) takes every float: some minutes
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { erf, normalCdf, sigmoid } from "../dist/reference/index.js";

const greatest = (2 - 2 ** -23) * 2 ** 127;

/** The exact function in float64 and the range of x. Where the function is odd, the lower half is left out. */
const functions = {
  exp: { file: "exp", exact: Math.exp, from: -104, to: 89 },
  expMinusOne: { file: "exp", exact: Math.expm1, from: -30, to: 89 },
  log: { file: "log", exact: Math.log, from: 0, to: greatest, least: 2 ** -149 },
  logOnePlus: { file: "log", exact: Math.log1p, from: 0, to: greatest },
  sigmoid: { file: "sigmoid", exact: sigmoid, from: -104, to: 20 },
  tanh: { file: "tanh", exact: Math.tanh, from: 0, to: 12 },
  erf: { file: "erf", exact: erf, from: 0, to: 5 },
  normalCdf: { file: "erf", exact: normalCdf, from: -15, to: 7, call: "normalCdf4(x, gaussian4(x))" },
};

const [stride = "1", ...names] = process.argv.slice(2);
process.chdir(new URL("..", import.meta.url).pathname);
mkdirSync("dist/ulp", { recursive: true });
writeFileSync("dist/ulp/probe.ts", probeSource());
const probes = { simd: compile(["simd"]), relaxed: compile(["simd", "relaxed-simd"]) };
const capacity = 1 << 16;
/** Where the inputs lie: behind the constants of the module, which it must not overwrite. */
const inputsPtr = 1 << 16;
const float64 = new Float64Array(1);
const words = new Uint32Array(float64.buffer);
for (const name of names.length > 0 ? names : Object.keys(functions)) {
  for (const [variant, { at, error }] of Object.entries(measure(name, Number(stride)))) {
    console.log(`${name.padEnd(12)} ${variant.padEnd(8)} ${error.toFixed(3)} ulp at ${at}`);
  }
}

/** A module with each function over an array in place: its address and its count of vectors. */
function probeSource() {
  const lines = [`import { gaussian4 } from "../../assembly/lib/erf";`];
  for (const [name, { file, call = `${name}4(x)` }] of Object.entries(functions)) {
    lines.push(
      `import { ${name}4 } from "../../assembly/lib/${file}";`,
      `export function ${name}(ptr: usize, n: usize): void {`,
      `  for (const end = ptr + 16 * n; ptr < end; ptr += 16) { const x = v128.load(ptr); v128.store(ptr, ${call}); }`,
      `}`,
    );
  }
  return lines.join("\n");
}

function compile(features) {
  const asc = createRequire(import.meta.url).resolve("assemblyscript/bin/asc.js");
  execFileSync(process.execPath, [
    ...[asc, "dist/ulp/probe.ts", "--outFile", "dist/ulp/probe.wasm"],
    ...["--runtime", "stub", "--importMemory", "--use", "abort=", "--optimizeLevel", "3", "--noAssert"],
    ...features.flatMap((feature) => ["--enable", feature]),
  ]);
  const memory = new WebAssembly.Memory({ initial: 16 });
  const module = new WebAssembly.Module(readFileSync("dist/ulp/probe.wasm"));
  return { functions: new WebAssembly.Instance(module, { env: { memory } }).exports, memory };
}

/** The worst input of each variant and its error. */
function measure(name, stride) {
  const { exact, from, to, least = 2 ** -30 } = functions[name];
  const inputs = new Float32Array(capacity);
  const bits = new Uint32Array(inputs.buffer);
  const expected = new Float64Array(capacity);
  const worst = {};
  for (const variant in probes) worst[variant] = { at: NaN, error: 0 };
  for (const end of [to, from]) {
    const last = bitsOf(end);
    for (let start = bitsOf(Math.sign(end) * least); start <= last; start += capacity * stride) {
      for (let i = 0; i < capacity; i++) bits[i] = Math.min(start + i * stride, last);
      for (let i = 0; i < capacity; i++) expected[i] = exact(inputs[i]);
      for (const variant in probes) {
        const outputs = apply(probes[variant], name, inputs);
        for (let i = 0; i < capacity; i++) {
          const error = ulps(outputs[i], expected[i]);
          if (error > worst[variant].error) worst[variant] = { at: inputs[i], error };
        }
      }
    }
  }
  return worst;
}

function apply({ functions, memory }, name, inputs) {
  const floats = new Float32Array(memory.buffer, inputsPtr, capacity);
  floats.set(inputs);
  functions[name](inputsPtr, capacity / 4);
  return floats;
}

function bitsOf(x) {
  return new Uint32Array(Float32Array.of(x).buffer)[0];
}

/** |actual − exact| in units of the last place of a float32 of the exact result's size; NaN counts as ∞. */
function ulps(actual, exact) {
  if (actual === exact) return 0;
  if (Math.abs(exact) >= greatest + 2 ** 103) return actual === Math.sign(exact) * Infinity ? 0 : Infinity;
  float64[0] = exact;
  const exponent = Math.max(-126, ((words[1] >>> 20) & 0x7ff) - 1023);
  const error = Math.abs(actual - exact) * 2 ** (23 - exponent);
  return error >= 0 ? error : Infinity;
}
