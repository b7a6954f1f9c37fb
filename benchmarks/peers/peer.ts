import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { home } from "../home.ts";

/** The sizes of a product of an m × k with a k × n matrix. */
export interface ProductShape {
  m: number;
  n: number;
  k: number;
}

/** A function of one row after the other, or of each element. `add` takes two arrays, the others one. */
export type RowFunction = "softmax" | "exp" | "layerNorm" | "gelu" | "add";

/** A step of an LSTM as PyTorch keeps it: rows of weights in the order i, f, g, o. */
export interface LstmStep {
  batch: number;
  inputs: number;
  hidden: number;
  x: Float32Array;
  h: Float32Array;
  c: Float32Array;
  /** [4·H, I] */
  wIh: Float32Array;
  /** [4·H, H] */
  wHh: Float32Array;
  /** [4·H] */
  bias: Float32Array;
}

/** A weight as [inputs, outputs], and its bias. */
export interface Linear {
  weight: Float32Array;
  bias: Float32Array;
}

/** One layer of BERT, normalised after each residual sum. */
export interface BertLayer {
  /** Tokens. */
  rows: number;
  width: number;
  heads: number;
  inner: number;
  epsilon: number;
  x: Float32Array;
  query: Linear;
  key: Linear;
  value: Linear;
  output: Linear;
  up: Linear;
  down: Linear;
  attentionNorm: Linear;
  outputNorm: Linear;
}

/** A piece of work that a peer has set up, with its constants where it wants them. */
export interface Prepared {
  /** Inputs are copied in and outputs out with each run. Else: they stay where the library keeps its arrays. */
  copies: boolean;
  /** How it is done, where that is not plain from the task. */
  how?: string;
  run: () => unknown;
  /** Runs it once more, and gives what it computes. */
  output: () => Float32Array | Promise<Float32Array>;
  dispose?: () => void | Promise<void>;
}

type Setup = Prepared[] | Promise<Prepared[]>;

/** Another library, with the pieces of work it has an operation for, or a composition that its users would write. */
export interface Peer {
  name: string;
  version: string;
  product?: (shape: ProductShape, a: Float32Array, b: Float32Array) => Setup;
  rowFunction?: (kind: RowFunction, inputs: Float32Array[], rows: number, cols: number) => Setup;
  lstmStep?: (step: LstmStep) => Setup;
  bertLayer?: (layer: BertLayer) => Setup;
}

const requirePeer = createRequire(new URL("peers/package.json", home));

/** A peer's module, from the installation of its own in peers/. */
export async function importPeer<T>(name: string): Promise<T> {
  return (await import(pathToFileURL(requirePeer.resolve(name)).href)) as T;
}

/** A peer as ES modules have it; `importPeer` takes what `require` would. */
export async function importPeerModule<T>(name: string): Promise<T> {
  const { importHere } = (await import(new URL("peers/importHere.mjs", home).href)) as {
    importHere: (name: string) => Promise<unknown>;
  };
  return (await importHere(name)) as T;
}

/** The path of a file of a peer. */
export function resolvePeer(file: string): string {
  return requirePeer.resolve(file);
}

/** The version that is installed, which is the one that peers/package.json pins. */
export function peerVersion(name: string): string {
  const { dependencies } = requirePeer("./package.json") as { dependencies: Record<string, string> };
  const version = dependencies[name];
  if (version === undefined) throw new Error(`peers/package.json does not name ${name}`);
  return version;
}
