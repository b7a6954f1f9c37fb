import { expect, it } from "vitest";
import { type FitOptions, Mlp, type MlpOptions } from "../../src/mlp/index.js";
import golden from "../golden/mlp.json" with { type: "json" };
import { describeVariants, expectClose } from "../variants.js";

describeVariants("Mlp", (runtime) => {
  for (const { name, options, outputs, x, y, first, losses, last } of golden.cases) {
    it(`learns as PyTorch does: ${name}`, async () => {
      const { task, activation, ...run } = options as Pick<MlpOptions, "task" | "activation"> & FitOptions;
      const model = await Mlp.create({ inputs: 3, hidden: [5, 4], outputs, task, activation, runtime });
      const names = [...model.weights().keys()];
      model.setWeights(new Map(names.map((name, i) => [name, first[i]!])));
      const ours: number[] = [];
      while (ours.length < losses.length) {
        const resume = ours.length > 0;
        const fit = model.fit(
          { x, y },
          { ...run, epochs: 4, batch: 4, shuffle: false, resume, stopAfter: 1 },
        );
        for await (const { loss } of fit) ours.push(loss);
      }
      expectClose(ours, losses, { relative: 2e-6, absolute: 1e-6 });
      const weights = model.weights();
      // Adam divides by the root of second moments, whatever is left of the rounding errors of small gradients.
      for (const [i, name] of names.entries()) {
        expectClose(weights.get(name)!, last[i]!, { relative: 1e-5, absolute: 1e-5 });
      }
      expect(model.step).toBe(12);
      model.dispose();
    });
  }
});
