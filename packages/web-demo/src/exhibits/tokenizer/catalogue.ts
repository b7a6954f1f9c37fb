/** The encodings that the package carries, in the order of their age. */
export const encodingIds = [
  "gpt2",
  "r50k_base",
  "p50k_base",
  "p50k_edit",
  "cl100k_base",
  "o200k_base",
  "o200k_harmony",
] as const;
export type EncodingId = (typeof encodingIds)[number];

/** An encoding, or what was trained here. */
export type TokenizerId = EncodingId | "own";
export const tokenizerIds: readonly TokenizerId[] = [...encodingIds, "own"];

export const sampleIds = ["english", "code", "chinese", "emoji", "special", "hostile"] as const;
export type SampleId = (typeof sampleIds)[number];

/** What becomes of the content of control tokens in the text. */
export const policies = ["text", "allow", "disallow"] as const;
export type Policy = (typeof policies)[number];

export const trainingSources = ["shakespeare", "text"] as const;
export type TrainingSource = (typeof trainingSources)[number];

export const paces = ["watch", "full"] as const;
export type Pace = (typeof paces)[number];
