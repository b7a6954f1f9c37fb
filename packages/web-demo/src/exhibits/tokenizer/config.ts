import { choice, type Fields, type Field, shortText, subset, wholeNumber } from "../../shell/urlState.js";
import {
  type EncodingId,
  encodingIds,
  type Pace,
  paces,
  policies,
  type Policy,
  type SampleId,
  sampleIds,
  type TokenizerId,
  tokenizerIds,
  type TrainingSource,
  trainingSources,
} from "./catalogue.js";

/** Everything that the address holds. */
export interface Settings {
  encoding: TokenizerId;
  /** What is counted beside it. */
  compare: readonly EncodingId[];
  policy: Policy;
  spaces: "shown" | "hidden";
  sample: SampleId;
  /** The visitor's own text, packed by `packText`; empty for the sample. */
  text: string;
  source: TrainingSource;
  /** Tokens of the vocabulary that is trained: 256 bytes and one a merge. */
  size: number;
  pace: Pace;
}

export const limits = {
  /** Tokens that are drawn at a time. */
  drawn: 1500,
  /** Characters that the field shows: browsers take seconds to lay out a megabyte. */
  field: 10_000,
  /** Characters of any text. */
  text: 5_000_000,
  /** Characters of the address that a text may take. */
  packed: 6000,
  /** Characters that an address may unpack to. */
  unpacked: 200_000,
  /** Characters of the text that are counted again and again while a tokenizer is trained. */
  probe: 20_000,
  /** Merges that are listed: the last ones. */
  merges: 200,
  leastSize: 257,
  mostSize: 20_000,
};

/** As `subset`, with none by default. */
function chosen<T extends string>(values: readonly T[]): Field<readonly T[]> {
  return { ...subset(values), fallback: [] };
}

/** How the settings are written in the address, and their defaults. */
export const settingFields: Fields<Settings> = {
  encoding: choice<TokenizerId>(tokenizerIds, "o200k_base"),
  compare: chosen<EncodingId>(encodingIds),
  policy: choice<Policy>(policies, "text"),
  spaces: choice(["shown", "hidden"] as const, "shown"),
  sample: choice<SampleId>(sampleIds, "english"),
  text: shortText(limits.packed, ""),
  source: choice<TrainingSource>(trainingSources, "shakespeare"),
  size: wholeNumber(limits.leastSize, limits.mostSize, 600),
  pace: choice<Pace>(paces, "watch"),
};
