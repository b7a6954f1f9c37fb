import type { Measurement } from "../harness.ts";
import type { BundledEncoding } from "../tokenizer/bundles.ts";
import { encodings } from "../tokenizer/contenders.ts";
import { corpora, hostileInputs } from "../tokenizer/corpora.ts";
import type { TokenizerResults } from "../tokenizer/results.ts";
import { coldTitle, startTitle, trainingTitle, warmTitle } from "../tokenizer/titles.ts";
import { figure } from "./markdown.ts";
import { fastest } from "./results.ts";
import type { Target } from "./targets.ts";

/** Judges a run of the tokenizers' contests against the goals, case by case. */
export function tokenizerTargets(results: TokenizerResults): Target[] {
  return [
    ...speedTargets(results),
    ...startTargets(results),
    ...sizeTargets(results),
    ...memoryTargets(results),
    ...hostileTargets(results),
    trainingTarget(results),
  ];
}

function titled({ measurements }: TokenizerResults, title: string): Measurement[] {
  return measurements.filter((one) => one.title === title);
}

const isOurs = ({ role }: Measurement): boolean => role === "ours";
const isTiktoken = ({ name }: Measurement): boolean => name === "tiktoken";
const isPeer = ({ role }: Measurement): boolean => role === "peer";
const isJavaScript = (one: Measurement): boolean => isPeer(one) && !isTiktoken(one);

function speedTargets(results: TokenizerResults): Target[] {
  return encodings.flatMap((encoding) =>
    corpora.flatMap((corpus) => {
      const encode = titled(results, warmTitle("encode", encoding, corpus));
      const count = titled(results, warmTitle("count 200-character strings", encoding, corpus));
      const decode = titled(results, warmTitle("decode", encoding, corpus));
      const cold = titled(results, coldTitle(encoding, corpus));
      const what = (task: string): string => `${task}, ${encoding}, ${corpus}`;
      return [
        ...(corpus === "multilingual"
          ? [judge(2, what("encode, the fastest peer"), 3, encode, isPeer)]
          : [
              judge(2, what("encode, tiktoken"), 8, encode, isTiktoken),
              judge(2, what("encode, the fastest in JavaScript"), 4, encode, isJavaScript),
            ]),
        judge(2, what("count 200-character strings, the fastest peer"), 3.5, count, isPeer),
        judge(2, what("decode, tiktoken"), 1.5, decode, isTiktoken),
        judge(2, what("first pass, the fastest peer"), 3, cold, isPeer),
      ];
    }),
  );
}

/** How many times as fast ours is as the fastest of the rivals. */
function judge(
  line: number,
  what: string,
  least: number,
  all: readonly Measurement[],
  isRival: (one: Measurement) => boolean,
): Target {
  const [mine, other] = [fastest(all.filter(isOurs)), fastest(all.filter(isRival))];
  const goal = `≥ ${least}`;
  const said = { ...(mine && { ours: say(mine) }), ...(other && { against: say(other) }) };
  if (!mine || !other) return { line, what, ...said, goal };
  const ratio = other.median / mine.median;
  return { line, what, ...said, ratio, goal, met: ratio >= least };
}

function say({ name, median, rate }: Measurement): string {
  return `${name}: ${rate ? `${figure(rate.amount / 1e6)} MB/s` : `${figure(median)} ms`}`;
}

/** A quotient that is to be small. */
function atMost(line: number, what: string, most: number, mine?: Measurement, other?: Measurement): Target {
  const goal = `≤ ${most}`;
  const said = { ...(mine && { ours: say(mine) }), ...(other && { against: say(other) }) };
  if (!mine || !other) return { line, what, ...said, goal };
  const ratio = mine.median / other.median;
  return { line, what, ...said, ratio, goal, met: ratio <= most };
}

function startTargets(results: TokenizerResults): Target[] {
  const title = startTitle("cl100k_base");
  const all = titled(results, title);
  const rival = all.find(({ name }) => name === "gpt-tokenizer");
  return [atMost(3, title, 0.3, all.find(isOurs), rival)];
}

const sizeLimits: readonly [BundledEncoding, number][] = [
  ["cl100k_base", 0.4],
  ["o200k_base", 0.8],
  ["gpt2", 0.2],
];

function sizeTargets({ sizes }: TokenizerResults): Target[] {
  return sizeLimits.map(([encoding, most]) => {
    const mine = sizes.find((one) => one.name === "lanewise" && one.encoding === encoding);
    const rivals = sizes.filter((one) => one.name !== "lanewise" && one.encoding === encoding);
    const [least] = rivals.sort((a, b) => a.bytes - b.bytes);
    const goal = `≤ ${most.toFixed(2)} MB`;
    return {
      line: 3,
      what: `${encoding}, gzip of everything`,
      ...(mine && { ours: megabytes(mine.bytes) }),
      ...(least && { against: `${least.name}: ${megabytes(least.bytes)}` }),
      goal,
      ...(mine && { met: mine.bytes <= most * 1e6 }),
    };
  });
}

function megabytes(bytes: number): string {
  return `${figure(bytes / 1e6)} MB`;
}

function memoryTargets({ memory }: TokenizerResults): Target[] {
  return encodings.map((encoding) => {
    const of = (name: string): number | undefined =>
      memory.find((one) => one.name === name && one.encoding === encoding)?.bytes;
    const [mine, other] = [of("lanewise"), of("tiktoken")];
    const what = `peak memory, ${encoding}`;
    const said = {
      ...(mine !== undefined && { ours: megabytes(mine) }),
      ...(other !== undefined && { against: `tiktoken: ${megabytes(other)}` }),
    };
    if (mine === undefined || other === undefined) return { line: 3, what, ...said, goal: "≤ 0.5" };
    return { line: 3, what, ...said, ratio: mine / other, goal: "≤ 0.5", met: mine <= 0.5 * other };
  });
}

function hostileTargets({ hostile }: TokenizerResults): Target[] {
  return encodings.flatMap((encoding) =>
    Object.keys(hostileInputs).map((input) => {
      const of = (name: string): (typeof hostile)[number] | undefined =>
        hostile.find((one) => one.name === name && one.encoding === encoding && one.input === input);
      const [mine, other] = [of("lanewise"), of("tiktoken")];
      return {
        line: 4,
        what: `${input}, ${encoding}`,
        ...(mine && { ours: sayHostile(mine) }),
        ...(other && { against: `tiktoken: ${sayHostile(other)}` }),
        goal: "< 250 ms, right",
        ...(mine && {
          met: mine.milliseconds !== undefined && mine.milliseconds < 250 && mine.agrees !== false,
        }),
      };
    }),
  );
}

export function sayHostile({
  milliseconds,
  cap,
  failed,
  agrees,
}: TokenizerResults["hostile"][number]): string {
  if (milliseconds === undefined) return failed === undefined ? `more than ${cap} ms` : "fails";
  return `${figure(milliseconds)} ms${agrees === false ? ", wrong" : ""}`;
}

function trainingTarget(results: TokenizerResults): Target {
  const all = titled(results, trainingTitle);
  const rival = all.find(({ name }) => name === "tokenizers");
  return atMost(5, trainingTitle, 1.2, all.find(isOurs), rival);
}
