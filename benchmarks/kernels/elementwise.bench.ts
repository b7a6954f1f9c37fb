import { addInto, addScaledInto, defaultRuntime } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

export function comparisons(): Comparison[] {
  return [1024, 1_048_576].flatMap((n) => {
    const [a, b] = [1, 2].map((seed) => Float32Array.from({ length: n }, (_, i) => Math.sin(seed * i)));
    const { heap } = defaultRuntime();
    const [residentA, residentB, residentOut] = [
      heap.from("f32", a!),
      heap.from("f32", b!),
      heap.alloc("f32", n),
    ];
    const [copied, looped] = [new Float32Array(n), new Float32Array(n)];
    function same(): void {
      if (
        !looped.every((value, i) => Math.abs(value - copied[i]!) < 1e-6 && residentOut.view[i] === copied[i])
      ) {
        throw new Error("outputs differ");
      }
    }
    const add = {
      resident: () => addInto(residentOut, residentA, residentB),
      copied: () => addInto(copied, a!, b!),
      loop() {
        for (let i = 0; i < n; i++) looped[i] = a![i]! + b![i]!;
      },
    };
    const axpy = {
      resident: () => addScaledInto(residentOut, residentA, { scale: 1e-6 }),
      copied: () => addScaledInto(copied, a!, { scale: 1e-6 }),
      loop() {
        for (let i = 0; i < n; i++) looped[i]! += 1e-6 * a![i]!;
      },
    };
    return Object.entries({ "out = a + b": add, "out += s · x": axpy }).map(([what, runs]): Comparison => ({
      title: `${what}, ${n.toLocaleString("en")} elements`,
      work: { amount: n, unit: "elements" },
      contenders: [
        { name: "lanewise, resident", run: runs.resident },
        { name: "lanewise, copied in and out", run: runs.copied },
        { name: "JavaScript", run: runs.loop },
      ],
      verify() {
        residentOut.set(a!);
        copied.set(a!);
        looped.set(a!);
        runs.resident();
        runs.copied();
        runs.loop();
        same();
      },
    }));
  });
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
