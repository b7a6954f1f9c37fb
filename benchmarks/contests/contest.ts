import type { Runtime } from "@lanewise/core-wasm";
import type { Comparison, Contender } from "../harness.ts";
import { limits } from "../limits.ts";
import type { Absence } from "../peers/load.ts";
import type { Peer, Prepared } from "../peers/peer.ts";

/** Who takes part. */
export interface Setting {
  runtimes: readonly Runtime[];
  peers: readonly Peer[];
  /** Where the peers that can not take part after all are put. */
  absent: Absence[];
}

/** A piece of work for us and for the peers. */
export interface Task {
  title: string;
  work: { amount: number; unit: string };
  ours: (runtime: Runtime) => Prepared[];
  peer: (peer: Peer) => Prepared[] | Promise<Prepared[]> | undefined;
  /** An element of the result by a plain loop in float64. */
  expected?: (index: number) => number;
  /** How far an element may be from the expected one, and from another contender's. */
  tolerance: number;
  /** Whether the register-only loops are measured beside it. Default: false */
  limited?: boolean;
}

interface Entrant {
  contender: Contender;
  prepared: Prepared;
}

/** Lets everyone set up, and puts all into one comparison but for the peers that fail or whose output is wrong. */
export async function comparisonOf(task: Task, { runtimes, peers, absent }: Setting): Promise<Comparison> {
  const { title, work, limited = false } = task;
  const ours = runtimes.flatMap((runtime) =>
    task.ours(runtime).map((prepared) => entrant(prepared, "lanewise", "ours", runtime)),
  );
  const theirs: Entrant[] = [];
  for (const peer of peers) {
    const entered: Entrant[] = [];
    try {
      for (const prepared of (await task.peer(peer)) ?? [])
        entered.push(entrant(prepared, peer.name, "peer"));
      for (const one of entered) await verify(task, [...ours.slice(0, 1), one]);
      theirs.push(...entered);
    } catch (error) {
      absent.push({ peer: peer.name, reason: `${title}: ${String(error)}` });
      for (const { prepared } of entered) await prepared.dispose?.();
    }
  }
  const entrants = [...ours, ...theirs];
  const variants = new Set<Runtime["variant"]>(
    runtimes.length > 0 ? runtimes.map(({ variant }) => variant) : ["simd"],
  );
  return {
    title,
    work,
    contenders: [
      ...entrants.map(({ contender }) => contender),
      ...(limited ? [...variants].flatMap(limits) : []),
    ],
    verify: () => verify(task, ours),
    async dispose() {
      for (const { prepared } of entrants) await prepared.dispose?.();
    },
  };
}

function entrant(prepared: Prepared, who: string, role: "ours" | "peer", runtime?: Runtime): Entrant {
  const { copies, how, run } = prepared;
  const parts = [runtime ? `${who} ${runtime.variant}` : who, ...(how ? [how] : [])];
  const name = [...parts, copies ? "with copies" : "resident"].join(", ");
  return {
    prepared,
    contender: { name, run, role, copies, ...(runtime && { variant: runtime.variant }) },
  };
}

/** About two hundred elements of the first output against float64, and every element of the others against the first. */
async function verify({ expected, tolerance }: Task, entrants: readonly Entrant[]): Promise<void> {
  let first: Float32Array | undefined;
  for (const { contender, prepared } of entrants) {
    const output = await prepared.output();
    const fail = (i: number, wanted: number): never => {
      throw new Error(`${contender.name}: element ${i} is ${output[i]}, and not ${wanted}`);
    };
    if (first === undefined) {
      first = Float32Array.from(output);
      if (!expected) continue;
      const stride = Math.max(1, Math.floor(output.length / 199));
      for (let i = 0; i < output.length; i += stride) {
        const wanted = expected(i);
        if (!(Math.abs(output[i]! - wanted) <= tolerance)) fail(i, wanted);
      }
      continue;
    }
    if (output.length !== first.length) fail(Math.min(output.length, first.length), NaN);
    for (let i = 0; i < first.length; i++) {
      if (!(Math.abs(output[i]! - first[i]!) <= 2 * tolerance)) fail(i, first[i]!);
    }
  }
}

/** Numbers between −scale and scale that look like noise: the fractional part of a sine. */
export function values(length: number, seed: number, scale = 1): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, (_, i) => {
    const x = 43758.5453 * Math.sin(12.9898 * (i % 65_521) + 78.233 * seed + Math.floor(i / 65_521));
    return scale * (2 * (x - Math.floor(x)) - 1);
  });
}
