import { readFileSync } from "node:fs";
import { importPeerModule } from "../peers/peer.ts";

/** A training that is ready to run. */
interface Training {
  run: () => unknown;
  /** What it learnt: how many merges, and into how many tokens it cuts the beginning of the text. */
  summary: () => Promise<{ merges: number; tokens: number }>;
}

/** How many characters are encoded to see how good the vocabulary is. */
const sample = 300_000;

interface NativeTokenizer {
  setPreTokenizer: (preTokenizer: object) => void;
  train: (files: string[]) => void;
  encode: (text: string) => Promise<{ getIds: () => number[] }>;
  getVocab: () => Record<string, number>;
}

interface Native {
  BPE: { empty: () => object };
  Tokenizer: new (model: object) => NativeTokenizer;
  byteLevelPreTokenizer: (addPrefixSpace: boolean) => object;
}

/** Its JavaScript side takes no trainer: it trains to 30,000 tokens, of which the alphabet is the bytes that occur. */
async function native(file: string): Promise<Training> {
  const { BPE, Tokenizer, byteLevelPreTokenizer } = (
    await importPeerModule<{ default: Native }>("tokenizers")
  ).default;
  const tokenizer = new Tokenizer(BPE.empty());
  tokenizer.setPreTokenizer(byteLevelPreTokenizer(false));
  return {
    run: () => tokenizer.train([file]),
    async summary() {
      const tokens = Object.keys(tokenizer.getVocab());
      const text = readFileSync(file, "utf8").slice(0, sample);
      return {
        merges: tokens.filter((token) => token.length > 1).length,
        tokens: (await tokenizer.encode(text)).getIds().length,
      };
    },
  };
}

/** With the other's pattern and without a minimum, as it has none; as many merges as it has learnt, over the 256 bytes. */
async function ours(file: string, merges: number): Promise<Training> {
  const [{ trainBpe }, { Tokenizer }] = await Promise.all([
    import("@lanewise/tokenizer/train"),
    import("@lanewise/tokenizer"),
  ]);
  const text = readFileSync(file, "utf8");
  const training = trainBpe(text, { vocabularySize: 256 + merges, scanner: "r50k", minimumFrequency: 0 });
  return {
    run: () => training.definition,
    async summary() {
      const definition = await training.definition;
      const tokenizer = await Tokenizer.load(definition);
      return {
        merges: definition.model.vocabulary.size - 256,
        tokens: tokenizer.count(text.slice(0, sample)),
      };
    },
  };
}

export const trainers = { lanewise: ours, tokenizers: native };
export type Trainer = keyof typeof trainers;
