import type { Measurement } from "../harness.ts";
import type { Absence } from "../peers/load.ts";
import type { BundledEncoding } from "./bundles.ts";
import type { ContenderName, EncodingName } from "./contenders.ts";

/** What a run of the tokenizers' contests found: results/tokenizer.json. */
export interface TokenizerResults {
  conditions: string;
  versions: Record<string, string>;
  absent: Absence[];
  /** Medians of time; `title` is one of titles.ts. */
  measurements: Measurement[];
  sizes: BundleSize[];
  memory: Memory[];
  hostile: HostileTime[];
}

/** Bytes after gzip of a program that counts tokens, everything included. */
export interface BundleSize {
  name: ContenderName;
  encoding: BundledEncoding;
  bytes: number;
}

/** Bytes over those of a process that does nothing, at the most; a median. */
export interface Memory {
  name: ContenderName;
  encoding: EncodingName;
  bytes: number;
}

export interface HostileTime {
  name: ContenderName;
  encoding: EncodingName;
  input: string;
  /** Missing: it was ended after `cap`. */
  milliseconds?: number;
  /** Milliseconds after which it was ended, or would have been. */
  cap: number;
  /** The error that it ended with. */
  failed?: string;
  /** Whether the ids are tiktoken's; missing where tiktoken did not come to an end. */
  agrees?: boolean;
}
