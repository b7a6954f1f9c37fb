import type { Measurement } from "../harness.ts";
import { type ContenderName, contenderNames, type EncodingName, encodings } from "../tokenizer/contenders.ts";
import { bundledEncodings } from "../tokenizer/bundles.ts";
import { corpora, hostileInputs } from "../tokenizer/corpora.ts";
import type { TokenizerResults } from "../tokenizer/results.ts";
import { coldTitle, startTitle, trainingTitle, warmTasks, warmTitle } from "../tokenizer/titles.ts";
import { figure, measurementTable, table } from "./markdown.ts";
import { sayHostile } from "./tokenizerTargets.ts";

const nothing = "–";

function find({ measurements }: TokenizerResults, title: string, name: string): Measurement | undefined {
  return measurements.find((one) => one.title === title && one.name === name);
}

/** Each corpus's figure, in the order English / code / multilingual. */
function perCorpus(results: TokenizerResults, titles: readonly string[], name: string): string {
  const cells = titles.map((title) => {
    const rate = find(results, title, name)?.rate;
    return rate ? figure(rate.amount / 1e6) : nothing;
  });
  return cells.every((cell) => cell === nothing) ? nothing : cells.join(" / ");
}

/** The short table of the README: MB/s of UTF-8, milliseconds, megabytes. */
export function tokenizerTable(results: TokenizerResults, encoding: EncodingName): string {
  const tasks = ["encode", "count 200-character strings", "decode"] as const;
  const row = (name: ContenderName): string[] => {
    const start = find(results, startTitle(encoding), name);
    const size = results.sizes.find((one) => one.name === name && one.encoding === encoding);
    const memory = results.memory.find((one) => one.name === name && one.encoding === encoding);
    return [
      name === "lanewise" ? "**Lanewise**" : name,
      ...tasks.map((task) =>
        perCorpus(
          results,
          corpora.map((corpus) => warmTitle(task, encoding, corpus)),
          name,
        ),
      ),
      perCorpus(
        results,
        corpora.map((corpus) => coldTitle(encoding, corpus)),
        name,
      ),
      start ? figure(start.median) : nothing,
      size ? figure(size.bytes / 1e6) : nothing,
      memory ? figure(memory.bytes / 1e6) : nothing,
    ];
  };
  return table(
    [
      encoding,
      "encode",
      "count 200 characters",
      "decode",
      "first pass",
      "start, ms",
      "gzip, MB",
      "memory, MB",
    ],
    contenderNames.map(row),
  );
}

function sizeTable({ sizes }: TokenizerResults): string {
  return table(
    ["gzip, MB", ...bundledEncodings],
    contenderNames.map((name) => [
      name,
      ...bundledEncodings.map((encoding) => {
        const size = sizes.find((one) => one.name === name && one.encoding === encoding);
        return size ? figure(size.bytes / 1e6) : nothing;
      }),
    ]),
  );
}

function hostileTable({ hostile }: TokenizerResults, encoding: EncodingName): string {
  const inputs = Object.keys(hostileInputs);
  return table(
    [encoding, ...inputs],
    contenderNames.map((name) => [
      name,
      ...inputs.map((input) => {
        const one = hostile.find((at) => at.name === name && at.encoding === encoding && at.input === input);
        return one ? sayHostile(one) : nothing;
      }),
    ]),
  );
}

/** Everything that a run found: results/tokenizer.md. */
export function tokenizerReport(results: TokenizerResults): string {
  const versions = Object.entries(results.versions).map(([name, version]) => `${name} ${version}`);
  const training = results.measurements.filter(({ title }) => title === trainingTitle);
  return [
    `Beside ${versions.join(", ")}. MB/s of UTF-8, of English / code / multilingual text.`,
    ...encodings.map((encoding) => tokenizerTable(results, encoding)),
    "## Sizes",
    sizeTable(results),
    "## Hostile inputs",
    ...encodings.map((encoding) => hostileTable(results, encoding)),
    "## Training",
    measurementTable(training),
    "## Each measurement",
    ...encodings.flatMap((encoding) => warmTasks.map((task) => rateTable(results, task, encoding))),
    results.absent.length === 0
      ? "Nobody was absent."
      : ["Absent:", "", ...results.absent.map(({ peer, reason }) => `- ${peer}: ${reason}`)].join("\n"),
  ].join("\n\n");
}

/** MB/s with the median absolute deviation of the time, in per cent of it. */
function rateTable(
  results: TokenizerResults,
  task: (typeof warmTasks)[number],
  encoding: EncodingName,
): string {
  return table(
    [`${task}, ${encoding}: MB/s`, ...corpora],
    contenderNames.map((name) => [
      name,
      ...corpora.map((corpus) => {
        const one = find(results, warmTitle(task, encoding, corpus), name);
        if (!one?.rate) return nothing;
        return `${figure(one.rate.amount / 1e6)} ± ${((100 * one.spread) / one.median).toFixed(1)} %`;
      }),
    ]),
  );
}
