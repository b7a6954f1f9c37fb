import { crossEntropyWithGradInto, defaultRuntime } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

/** The mean loss, and its gradient into `dlogits`. */
function plainCrossEntropy(
  dlogits: Float32Array,
  logits: Float32Array,
  targets: Int32Array,
  rows: number,
  cols: number,
): number {
  let loss = 0;
  for (let r = 0; r < rows; r++) {
    const start = r * cols;
    const target = start + targets[r]!;
    let greatest = -Infinity;
    for (let i = start; i < start + cols; i++) greatest = Math.max(greatest, logits[i]!);
    let sum = 0;
    for (let i = start; i < start + cols; i++) sum += Math.exp(logits[i]! - greatest);
    for (let i = start; i < start + cols; i++) dlogits[i]! += Math.exp(logits[i]! - greatest) / sum / rows;
    dlogits[target]! -= 1 / rows;
    loss += Math.log(sum) - (logits[target]! - greatest);
  }
  return loss / rows;
}

export function comparisons(): Comparison[] {
  return (
    [
      [2048, 65],
      [128, 4096],
    ] as const
  ).map(([rows, cols]) => {
    const logits = Float32Array.from({ length: rows * cols }, (_, i) => 4 * Math.sin(1.7 * i));
    const targets = Int32Array.from({ length: rows }, (_, r) => (31 * r) % cols);
    const { heap } = defaultRuntime();
    const [residentLogits, residentTargets] = [heap.from("f32", logits), heap.from("i32", targets)];
    const residentGrad = heap.alloc("f32", logits.length);
    const [copied, looped] = [new Float32Array(logits.length), new Float32Array(logits.length)];
    const shape = { rows, cols };
    const resident = (): number =>
      crossEntropyWithGradInto(residentGrad, residentLogits, residentTargets, shape);
    const copying = (): number => crossEntropyWithGradInto(copied, logits, targets, shape);
    const loop = (): number => plainCrossEntropy(looped, logits, targets, rows, cols);
    return {
      title: `cross-entropy with gradient, ${rows} × ${cols}`,
      work: { amount: logits.length, unit: "logits" },
      contenders: [
        { name: "lanewise, resident", run: resident },
        { name: "lanewise, copied in and out", run: copying },
        { name: "JavaScript", run: loop },
      ],
      verify() {
        residentGrad.view.fill(0);
        copied.fill(0);
        looped.fill(0);
        const losses = [resident(), copying(), loop()];
        if (losses.some((loss) => Math.abs(loss - losses[0]!) > 1e-6 * loss))
          throw new Error(`losses differ: ${losses}`);
        for (let i = 0; i < logits.length; i++) {
          const near = Math.abs(copied[i]! - looped[i]!) <= 1e-6 / rows;
          if (!near || residentGrad.view[i] !== copied[i]) throw new Error(`gradient ${i} differs`);
        }
      },
    };
  });
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
