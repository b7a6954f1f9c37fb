// Writes the README's figures from results/: no figure there is typed by hand.
import { readFileSync, writeFileSync } from "node:fs";

interface TimeToTarget {
  conditions: string;
  ratio: number;
  options: { hidden: number; embed: number; batch: number; window: number; target: number };
  lanewise: { seconds: number; bitsPerCharacter: number }[];
  pytorch: {
    installation: { version: string; matmulGflops: number };
    curve: { seconds: number; bitsPerCharacter: number }[];
  };
}

interface TrainShakespeare {
  conditions: string;
  parameters: number;
  curve: { step: number; seconds: number; validation: number }[];
}

const time = read("timeToTarget") as TimeToTarget;
const train = read("trainShakespeare") as TrainShakespeare;
const { hidden, embed, batch, window, target } = time.options;
const { installation } = time.pytorch;
const [ours, theirs] = [time.lanewise.at(-1)!, time.pytorch.curve.at(-1)!];
const end = train.curve.at(-1)!;

const figures = `
Training a character LSTM on Tiny Shakespeare, nine tenths to learn from and one tenth to evaluate on (the state carried over
the whole of it); measured by [benchmarks/](benchmarks/METHODOLOGY.md).

| what | figure | conditions |
|---|---|---|
| Seconds of training to ${target} bits per character (hidden ${hidden}, embedding ${embed}, batch ${batch} × ${window}, Adam) | Lanewise **${ours.seconds.toFixed(0)} s**, PyTorch ${installation.version} ${theirs.seconds.toFixed(0)} s: ${time.ratio.toFixed(2)}× its time | one run, one thread each; ${time.conditions}; PyTorch on a BLAS whose 512³ product reaches ${installation.matmulGflops} GFLOP/s |
| Bits per character after ${(end.seconds / 60).toFixed(1)} minutes (${train.parameters.toLocaleString("en")} parameters) | **${end.validation.toFixed(3)}** (the best n-gram table, of order 5: 2.408) | evaluation included; ${train.conditions} |
`;

const readme = new URL("../README.md", import.meta.url);
const [begin, finish] = ["<!-- figures: npm run figures -w benchmarks -->\n", "\n<!-- /figures -->"];
const text = readFileSync(readme, "utf8");
const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(finish)];
if (to < from) throw new Error("README.md has no place for the figures");
writeFileSync(readme, text.slice(0, from) + figures + text.slice(to));

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`results/${name}.json`, import.meta.url), "utf8"));
}
