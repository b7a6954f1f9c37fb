import { activationInto, type ActivationKind, defaultRuntime } from "@lanewise/core-wasm";
import { activation } from "@lanewise/core-wasm/reference";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

/** As one would write them without a library, in float64. */
const plain: Partial<Record<ActivationKind, (x: number) => number>> = {
  exp: Math.exp,
  log: Math.log,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  geluTanh: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  silu: (x) => x / (1 + Math.exp(-x)),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
};

/** JavaScript has no error function, and so no GELU in its exact form. */
const kinds: ActivationKind[] = [...(Object.keys(plain) as ActivationKind[]), "geluErf"];

export function comparisons(): Comparison[] {
  return [65_536, 1_048_576].flatMap((n) => comparisonsOf(n));
}

function comparisonsOf(n: number): Comparison[] {
  const x = Float32Array.from({ length: n }, (_, i) => 5 + 4.9 * Math.sin(1.7 * i));
  const { heap } = defaultRuntime();
  const [residentX, residentOut] = [heap.from("f32", x), heap.alloc("f32", n)];
  const [copied, expected] = [new Float32Array(n), new Float32Array(n)];
  return kinds.map((kind) => {
    const apply = plain[kind];
    function loop(): void {
      if (apply) for (let i = 0; i < n; i++) expected[i] = apply(x[i]!);
      else expected.set(activation(x, { kind }));
    }
    return {
      title: `${kind}, ${n.toLocaleString("en")} elements`,
      work: { amount: n, unit: "elements" },
      contenders: [
        { name: "lanewise, resident", run: () => activationInto(residentOut, residentX, { kind }) },
        { name: "lanewise, copied in and out", run: () => activationInto(copied, x, { kind }) },
        ...(apply ? [{ name: "JavaScript, Math", run: loop }] : []),
      ],
      verify() {
        activationInto(residentOut, residentX, { kind });
        activationInto(copied, x, { kind });
        loop();
        for (let i = 0; i < n; i++) {
          const near = Math.abs(copied[i]! - expected[i]!) <= 1e-6 * (1 + Math.abs(expected[i]!));
          if (!near || residentOut.view[i] !== copied[i]) throw new Error(`${kind}: element ${i} differs`);
        }
      },
    };
  });
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
