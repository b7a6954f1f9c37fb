import { RangeError } from "@lanewise/core-wasm/errors";

/** The encodings that this package carries, each in a subpath of that name. */
export const encodingNames = [
  "gpt2",
  "r50k_base",
  "p50k_base",
  "p50k_edit",
  "cl100k_base",
  "o200k_base",
  "o200k_harmony",
] as const;

/** The name of one of them. */
export type EncodingName = (typeof encodingNames)[number];

/** Models that are named in full. */
const models: Readonly<Record<EncodingName, readonly string[]>> = {
  gpt2: ["gpt2", "gpt-2"],
  r50k_base: [
    ...["davinci", "curie", "babbage", "ada"],
    ...["text-davinci-001", "text-curie-001", "text-babbage-001", "text-ada-001"],
    ...["text-similarity-davinci-001", "text-similarity-curie-001"],
    ...["text-similarity-babbage-001", "text-similarity-ada-001"],
    ...["text-search-davinci-doc-001", "text-search-curie-doc-001"],
    ...["text-search-babbage-doc-001", "text-search-ada-doc-001"],
    ...["code-search-babbage-code-001", "code-search-ada-code-001"],
  ],
  p50k_base: [
    ...["text-davinci-003", "text-davinci-002", "davinci-codex", "cushman-codex"],
    ...["code-davinci-002", "code-davinci-001", "code-cushman-002", "code-cushman-001"],
  ],
  p50k_edit: ["text-davinci-edit-001", "code-davinci-edit-001"],
  cl100k_base: [
    ...["gpt-4", "gpt-3.5", "gpt-3.5-turbo", "gpt-35-turbo", "davinci-002", "babbage-002"],
    ...["text-embedding-ada-002", "text-embedding-3-small", "text-embedding-3-large"],
  ],
  o200k_base: ["o1", "o3", "o4-mini", "gpt-4o", "gpt-4.1", "gpt-4.5", "gpt-5"],
  o200k_harmony: [],
};

/** Families: what a name begins with. The first that fits counts. */
const families: readonly (readonly [beginning: string, encoding: EncodingName])[] = [
  ["gpt-oss-", "o200k_harmony"],
  ["gpt-5-", "o200k_base"],
  ["gpt-5.", "o200k_base"],
  ["gpt-4.5-", "o200k_base"],
  ["gpt-4.1-", "o200k_base"],
  ["gpt-4o-", "o200k_base"],
  ["chatgpt-4o-", "o200k_base"],
  ["o1-", "o200k_base"],
  ["o3-", "o200k_base"],
  ["o4-mini-", "o200k_base"],
  ["gpt-4-", "cl100k_base"],
  ["gpt-3.5-turbo-", "cl100k_base"],
  ["gpt-35-turbo-", "cl100k_base"],
];

/**
 * The encoding of one of OpenAI's models, by its name; fine-tuned ones (`ft:gpt-4o:…`) are those of their base.
 *
 *     const encoding = await loadEncoding(encodingForModel("gpt-4o"));
 *
 * @throws RangeError where no such model is known
 * @see https://github.com/openai/tiktoken/blob/main/tiktoken/model.py
 */
export function encodingForModel(model: string): EncodingName {
  const base = typeof model === "string" && model.startsWith("ft:") ? model.split(":")[1]! : model;
  for (const [encoding, names] of Object.entries(models)) {
    if (names.includes(base)) return encoding as EncodingName;
  }
  const family =
    typeof base === "string" ? families.find(([beginning]) => base.startsWith(beginning)) : undefined;
  if (!family) throw new RangeError("model", "a model whose encoding is known, such as gpt-4o", model);
  return family[1];
}
