import {
  bertTitle,
  cubes,
  int8Title,
  lstmTitle,
  matmulTitle,
  productShapes,
  rowFunctions,
  rowFunctionTitle,
  startupTitle,
  threadTitle,
} from "../contests/titles.ts";
import type { Measurement } from "../harness.ts";
import type { ProductShape } from "../peers/peer.ts";
import { figure, table } from "./markdown.ts";
import { fastest, measured, type PeerResults } from "./results.ts";

/** One case of what the kernels are to reach. */
export interface Target {
  /** The line of the list of goals that it belongs to. */
  line: number;
  what: string;
  /** Ours, and what it is compared with. Missing: it was not measured. */
  ours?: string;
  against?: string;
  ratio?: number;
  goal: string;
  met?: boolean;
}

const [current, oldest] = [24, 20];
type Variant = NonNullable<Measurement["variant"]>;

/** Judges a run against the goals, case by case. */
export function targets(results: PeerResults): Target[] {
  return [
    ...limitTargets(results),
    ...productTargets(results),
    ...layerTargets(results),
    ...rowFunctionTargets(results),
    ...withinOurs(results),
    ...startTargets(results),
  ];
}

/** Our fastest way with arrays that stay, or with copies. Where B is constant it may be packed beforehand, as a peer's may. */
function ours(all: readonly Measurement[], variant: Variant, copies = false): Measurement | undefined {
  return fastest(
    all.filter((one) => one.role === "ours" && one.variant === variant && one.copies === copies),
  );
}

function peers(all: readonly Measurement[]): Measurement[] {
  return all.filter(({ role }) => role === "peer");
}

/** How many times faster `mine` is than `other`, by medians of time or, where both say so, of work in that time. */
function faster(mine: Measurement, other: Measurement): number {
  return mine.rate && other.rate ? mine.rate.amount / other.rate.amount : other.median / mine.median;
}

function say({ median, rate, name }: Measurement): string {
  const amount = rate?.unit === "flop/s" ? `${figure(rate.amount / 1e9)} GFLOP/s` : `${figure(median)} ms`;
  return `${name}: ${amount}`;
}

function judge(
  line: number,
  what: string,
  least: number,
  mine: Measurement | undefined,
  other: Measurement | undefined,
  strictly = false,
): Target {
  const goal = strictly ? `> ${least}` : `≥ ${least}`;
  if (!mine || !other) {
    return { line, what, goal, ...(mine && { ours: say(mine) }), ...(other && { against: say(other) }) };
  }
  const ratio = faster(mine, other);
  const met = strictly ? ratio > least : ratio >= least;
  return { line, what, ours: say(mine), against: say(other), ratio, goal, met };
}

const shape = (m: number, n: number, k: number): ProductShape => ({ m, n, k });
const bertShapes = productShapes.filter(({ m, n, k }) => m === 128 && (n !== 128 || k !== 128));

function limitTargets(results: PeerResults): Target[] {
  const fused: [ProductShape, number][] = [
    ...cubes.map((size): [ProductShape, number] => [shape(size, size, size), size < 256 ? 0.8 : 0.88]),
    ...bertShapes.map((one): [ProductShape, number] => [one, 0.88]),
    [shape(257, 255, 259), 0.84],
  ];
  const plain = cubes.filter((size) => size >= 256).map((size) => shape(size, size, size));
  const limit = (all: readonly Measurement[], name: string): Measurement | undefined =>
    all.find((one) => one.role === "limit" && one.name === name);
  return [
    ...fused.map(([one, least]) => {
      const all = measured(results, matmulTitle(one), current);
      return judge(
        1,
        `relaxed, ${matmulTitle(one)}`,
        least,
        ours(all, "relaxed"),
        limit(all, "limit: fused"),
      );
    }),
    ...[...plain, ...bertShapes].flatMap((one) => {
      const all = measured(results, matmulTitle(one), current);
      const loop = limit(all, "limit: mul+add, chained");
      return judge(1, `simd, ${matmulTitle(one)}`, 1, ours(all, "simd"), loop);
    }),
  ];
}

function productTargets(results: PeerResults): Target[] {
  return [
    { variant: "relaxed", node: current, least: 1.6 } as const,
    { variant: "simd", node: current, least: 1.2 } as const,
    { variant: "simd", node: oldest, least: 1.2 } as const,
  ].flatMap(({ variant, node, least }) =>
    productShapes.map((one) => {
      const all = measured(results, matmulTitle(one), node);
      const isVector = one.m === 1 || one.n === 1;
      const what = `${variant}, Node ${node}, ${matmulTitle(one)}`;
      return judge(2, what, isVector ? 1.3 : least, ours(all, variant), fastest(peers(all)));
    }),
  );
}

function layerTargets(results: PeerResults): Target[] {
  return [[bertTitle, 1.65] as const, [lstmTitle(1), 2] as const, [lstmTitle(32), 1.6] as const].map(
    ([title, least]) => {
      const all = measured(results, title, current);
      const ort = all.find(({ name }) => name.startsWith("onnxruntime-web"));
      return judge(3, `relaxed, ${title}`, least, ours(all, "relaxed"), ort);
    },
  );
}

/** Resident against the peers that keep their arrays; with copies against those that copy, or that always do. */
function rowFunctionTargets(results: PeerResults): Target[] {
  return rowFunctions.flatMap((kind) =>
    [false, true].map((copies) => {
      const all = measured(results, rowFunctionTitle(kind), current);
      const rivals = peers(all).filter((one) => copies === one.copies);
      const what = `relaxed, ${rowFunctionTitle(kind)}, ${copies ? "with copies" : "resident"}`;
      return judge(4, what, 1, ours(all, "relaxed", copies), fastest(rivals), true);
    }),
  );
}

function withinOurs(results: PeerResults): Target[] {
  const int8 = measured(results, int8Title, current);
  const named = (all: readonly Measurement[], part: string): Measurement | undefined =>
    fastest(all.filter(({ name }) => name.includes(part)));
  return [
    ...(["relaxed", "simd"] as const).map((variant) => {
      const all = int8.filter((one) => one.variant === variant);
      return judge(5, `${variant}, ${int8Title}`, 1.5, named(all, "int8"), named(all, "f32"));
    }),
    ...[256, 512].map((size) => {
      const all = measured(results, threadTitle(size), current).filter(
        ({ variant }) => variant === "relaxed",
      );
      const what = `${threadTitle(size)}, the same bits`;
      return judge(6, what, size === 256 ? 1.6 : 1.8, named(all, "two threads"), named(all, "one thread"));
    }),
  ];
}

function startTargets(results: PeerResults): Target[] {
  const all = measured(results, startupTitle, current);
  return [
    judge(
      7,
      startupTitle,
      2,
      all.find(({ role }) => role === "ours"),
      fastest(peers(all)),
    ),
    ...Object.entries(results.moduleBytes).map(([variant, bytes]): Target => {
      const ours = `${(bytes / 1024).toFixed(1)} KiB`;
      return { line: 7, what: `${variant}.wasm, gzip`, ours, goal: "≤ 60 KiB", met: bytes <= 60 * 1024 };
    }),
  ];
}

export function targetTable(all: readonly Target[]): string {
  const verdict = ({ met }: Target): string =>
    met === undefined ? "not measured" : met ? "met" : "**not met**";
  return table(
    ["line", "what", "ours", "against", "ratio", "goal", "verdict"],
    all.map((one) => [
      String(one.line),
      one.what,
      one.ours ?? "–",
      one.against ?? "–",
      one.ratio?.toFixed(2) ?? "–",
      one.goal,
      verdict(one),
    ]),
    4,
  );
}
