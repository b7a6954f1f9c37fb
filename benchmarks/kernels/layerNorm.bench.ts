import { defaultRuntime, layerNormBackwardInto, layerNormInto } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

const eps = 1e-5;

/** As one would write it without a library, in float64. */
function plainLayerNorm(
  out: Float32Array,
  x: Float32Array,
  gamma: Float32Array,
  beta: Float32Array,
  rows: number,
  cols: number,
): void {
  for (let start = 0; start < rows * cols; start += cols) {
    let [sum, squares] = [0, 0];
    for (let i = start; i < start + cols; i++) sum += x[i]!;
    const mean = sum / cols;
    for (let i = start; i < start + cols; i++) squares += (x[i]! - mean) ** 2;
    const rstd = 1 / Math.sqrt(squares / cols + eps);
    for (let i = start, c = 0; c < cols; i++, c++) out[i] = (x[i]! - mean) * rstd * gamma[c]! + beta[c]!;
  }
}

export function comparisons(): Comparison[] {
  return (
    [
      [128, 384],
      [1024, 1024],
    ] as const
  ).flatMap(([rows, cols]) => {
    const n = rows * cols;
    const x = Float32Array.from({ length: n }, (_, i) => 3 + 4 * Math.sin(1.7 * i));
    const [gamma, beta] = [1, 2].map((seed) =>
      Float32Array.from({ length: cols }, (_, i) => Math.cos(seed * i)),
    );
    const { heap } = defaultRuntime();
    const [residentX, residentGamma, residentBeta] = [x, gamma!, beta!].map((a) => heap.from("f32", a));
    const [residentOut, dx] = [heap.alloc("f32", n), heap.alloc("f32", n)];
    const [mean, rstd] = [heap.alloc("f32", rows), heap.alloc("f32", rows)];
    const [dgamma, dbeta] = [heap.alloc("f32", cols), heap.alloc("f32", cols)];
    const [copied, looped] = [new Float32Array(n), new Float32Array(n)];
    const shape = { rows, cols, eps };
    function resident(): void {
      const parameters = { gamma: residentGamma, beta: residentBeta };
      layerNormInto(residentOut, residentX!, { ...shape, ...parameters, mean, rstd });
    }
    const intoCopy = (): void => layerNormInto(copied, x, { ...shape, gamma, beta });
    const loop = (): void => plainLayerNorm(looped, x, gamma!, beta!, rows, cols);
    function backward(): void {
      const forward = { gamma: residentGamma, mean, rstd };
      layerNormBackwardInto(dx, residentOut, residentX!, { rows, cols, ...forward, dgamma, dbeta });
    }
    const size = `${rows} × ${cols}`;
    const work = { amount: n, unit: "elements" };
    return [
      {
        title: `layerNorm, ${size}`,
        work,
        contenders: [
          { name: "lanewise, resident", run: resident },
          { name: "lanewise, copied in and out", run: intoCopy },
          { name: "JavaScript", run: loop },
        ],
        verify() {
          resident();
          intoCopy();
          loop();
          for (let i = 0; i < n; i++) {
            const near = Math.abs(copied[i]! - looped[i]!) <= 2e-6;
            if (!near || residentOut.view[i] !== copied[i]) throw new Error(`element ${i} differs`);
          }
        },
      },
      {
        title: `layerNorm backward, ${size}`,
        work,
        contenders: [{ name: "lanewise, resident", run: backward }],
        verify() {
          resident();
          dx.view.fill(0);
          dgamma.view.fill(0);
          backward();
          // Of x̂ · gamma + beta with itself for dy, dgamma is Σ (x̂ · gamma + beta) · x̂.
          for (let c = 0; c < cols; c++) {
            let expected = 0;
            for (let r = 0; r < rows; r++) {
              const i = r * cols + c;
              expected += residentOut.view[i]! * (x[i]! - mean.view[r]!) * rstd.view[r]!;
            }
            if (!(Math.abs(dgamma.view[c]! - expected) <= 1e-5 * rows))
              throw new Error(`dgamma ${c} differs`);
          }
        },
      },
    ];
  });
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
