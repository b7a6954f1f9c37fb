import { loadJax } from "./jax.ts";
import { loadNumpyTs } from "./numpyTs.ts";
import { loadOnnxruntime } from "./onnxruntime.ts";
import type { Peer } from "./peer.ts";
import { loadTfjs } from "./tfjs.ts";

const loaders = {
  "onnxruntime-web": loadOnnxruntime,
  "tfjs-wasm": loadTfjs,
  "numpy-ts": loadNumpyTs,
  "jax-js": loadJax,
};

export type PeerName = keyof typeof loaders;

/** The peers of the main process. */
export const together: readonly PeerName[] = ["onnxruntime-web", "tfjs-wasm", "numpy-ts"];

/** Peers that do not bear company: jax-js takes the `Worker` that another has made global for a browser's. */
export const alone: readonly PeerName[] = ["jax-js"];

/** A peer that is not there, and why: the tables say so. */
export interface Absence {
  peer: string;
  reason: string;
}

export async function loadPeers(names: readonly PeerName[]): Promise<{ peers: Peer[]; absent: Absence[] }> {
  const [peers, absent]: [Peer[], Absence[]] = [[], []];
  for (const name of names) {
    try {
      peers.push(await loaders[name]());
    } catch (error) {
      absent.push({ peer: name, reason: String(error) });
    }
  }
  return { peers, absent };
}
