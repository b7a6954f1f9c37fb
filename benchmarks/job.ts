// One contest in a process of its own; run.ts starts it, with a Job as its only argument, and gets an Outcome as a message.
import { hasRelaxedSimd, Runtime, type Variant } from "@lanewise/core-wasm";
import { type ContestName, contests } from "./contests/index.ts";
import { compare, machine, type Measurement } from "./harness.ts";
import { loadPeers, type PeerName } from "./peers/load.ts";
import type { Outcome } from "./report/results.ts";

export interface Job {
  contest: ContestName;
  variants: readonly Variant[];
  peers: readonly PeerName[];
  seconds: number;
}

async function work({ contest, variants, peers: names, seconds }: Job): Promise<Outcome> {
  const runtimes = variants
    .filter((variant) => variant === "simd" || hasRelaxedSimd())
    .map((variant) => Runtime.createSync({ variant }));
  const { peers, absent } = await loadPeers(names);
  const measurements: Measurement[] = [];
  for await (const comparison of contests[contest]({ runtimes, peers, absent })) {
    try {
      measurements.push(...(await compare(comparison, { seconds })));
    } catch (error) {
      absent.push({ peer: comparison.title, reason: String(error) });
    }
  }
  return {
    machine: machine(),
    node: Number(process.versions.node.split(".")[0]),
    versions: Object.fromEntries(peers.map(({ name, version }) => [name, version])),
    absent,
    measurements,
  };
}

const outcome = await work(JSON.parse(process.argv[2]!) as Job);
if (process.send) process.send(outcome, () => process.exit());
else console.log(JSON.stringify(outcome));
