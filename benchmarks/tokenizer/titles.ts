// What the tokenizers' measurements are called: the report finds them by these.
import type { EncodingName } from "./contenders.ts";
import type { Corpus } from "./corpora.ts";

export const warmTasks = [
  "encode",
  "encode 200-character strings",
  "count 200-character strings",
  "decode",
] as const;
export type WarmTask = (typeof warmTasks)[number];

export function warmTitle(task: WarmTask, encoding: EncodingName, corpus: Corpus): string {
  return `${task}, ${encoding}, ${corpus}`;
}

export function coldTitle(encoding: EncodingName, corpus: Corpus): string {
  return `first pass, ${encoding}, ${corpus}`;
}

export function startTitle(encoding: EncodingName): string {
  return `import to first token, ${encoding}`;
}

export const trainingTitle = "training, 30,000 tokens of byte-level BPE, 3 MB of English";
