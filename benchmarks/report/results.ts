import type { Measurement } from "../harness.ts";
import type { Absence } from "../peers/load.ts";

/** What one process found. */
export interface Outcome {
  machine: string;
  /** The major version of the Node that ran it. */
  node: number;
  versions: Record<string, string>;
  absent: Absence[];
  measurements: Measurement[];
}

/** What a run against the peers found: results/peers.json. */
export interface PeerResults {
  conditions: string;
  outcomes: Outcome[];
  /** What could not run, and why. */
  absent: Absence[];
  /** Bytes of each module of kernels after gzip. */
  moduleBytes: Record<string, number>;
}

/** All measurements of one title that were taken on that Node. */
export function measured(results: PeerResults, title: string, node: number): Measurement[] {
  return results.outcomes
    .filter((outcome) => outcome.node === node)
    .flatMap(({ measurements }) => measurements.filter((measurement) => measurement.title === title));
}

/** The one with the least median, or undefined of none. */
export function fastest(measurements: readonly Measurement[]): Measurement | undefined {
  return measurements.reduce<Measurement | undefined>(
    (best, one) => (best && best.median <= one.median ? best : one),
    undefined,
  );
}
