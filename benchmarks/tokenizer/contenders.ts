// Those who take part, each behind the same three functions. Plain text only: special tokens in it would be refused or
// taken as text, whichever the library does by default.
import { readFileSync } from "node:fs";
import { importPeerModule, peerVersion } from "../peers/peer.ts";
import { huggingFaceFile } from "./huggingFaceFile.ts";

export const encodings = ["cl100k_base", "o200k_base"] as const;
export type EncodingName = (typeof encodings)[number];

/** A library with a vocabulary in it. */
export interface Loaded {
  encode: (text: string) => Ids;
  count: (text: string) => number;
  /** Of ids as its own `encode` gives them. */
  decode: (ids: Ids) => string;
}

export type Ids = Uint32Array | number[];

export interface TokenizerContender {
  readonly role: "ours" | "peer";
  /** Everything from the import on. */
  load: (encoding: EncodingName) => Promise<Loaded>;
  readonly version?: string;
}

interface OursTokenizer {
  encode: (text: string) => Uint32Array;
  count: (text: string) => number;
  decode: (ids: ArrayLike<number>) => string;
}

async function loadOurs(encoding: EncodingName): Promise<Loaded> {
  const [{ Tokenizer }, { default: data }] = await Promise.all([
    import("@lanewise/tokenizer"),
    encoding === "cl100k_base"
      ? import("@lanewise/tokenizer/cl100k_base")
      : import("@lanewise/tokenizer/o200k_base"),
  ]);
  const tokenizer: OursTokenizer = await Tokenizer.load(data);
  return {
    encode: (text) => tokenizer.encode(text),
    count: (text) => tokenizer.count(text),
    decode: (ids) => tokenizer.decode(ids),
  };
}

interface Tiktoken {
  get_encoding: (name: string) => {
    encode_ordinary: (text: string) => Uint32Array;
    decode: (ids: Uint32Array) => Uint8Array;
  };
}

async function loadTiktoken(encoding: EncodingName): Promise<Loaded> {
  const { get_encoding } = (await importPeerModule<{ default: Tiktoken }>("tiktoken")).default;
  const tokenizer = get_encoding(encoding);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return {
    encode: (text) => tokenizer.encode_ordinary(text),
    count: (text) => tokenizer.encode_ordinary(text).length,
    decode: (ids) => decoder.decode(tokenizer.decode(ids as Uint32Array)),
  };
}

interface GptTokenizer {
  encode: (text: string) => number[];
  countTokens: (text: string) => number;
  decode: (ids: Iterable<number>) => string;
}

async function loadGptTokenizer(encoding: EncodingName): Promise<Loaded> {
  const { encode, countTokens, decode } = await importPeerModule<GptTokenizer>(
    `gpt-tokenizer/encoding/${encoding}`,
  );
  return { encode, count: (text) => countTokens(text), decode };
}

interface AiTokenizer {
  default: new (encoding: object) => {
    encode: (text: string) => number[];
    count: (text: string) => number;
    decode: (ids: number[]) => string;
  };
}

async function loadAiTokenizer(encoding: EncodingName): Promise<Loaded> {
  const [{ default: Tokenizer }, data] = await Promise.all([
    importPeerModule<AiTokenizer>("ai-tokenizer"),
    importPeerModule<object>(`ai-tokenizer/encoding/${encoding}`),
  ]);
  const tokenizer = new Tokenizer(data);
  return {
    encode: (text) => tokenizer.encode(text),
    count: (text) => tokenizer.count(text),
    decode: (ids) => tokenizer.decode(ids as number[]),
  };
}

interface JsTiktoken {
  Tiktoken: new (ranks: object) => {
    encode: (text: string) => number[];
    decode: (ids: number[]) => string;
  };
}

async function loadJsTiktoken(encoding: EncodingName): Promise<Loaded> {
  const [{ Tiktoken }, { default: ranks }] = await Promise.all([
    importPeerModule<JsTiktoken>("js-tiktoken/lite"),
    importPeerModule<{ default: object }>(`js-tiktoken/ranks/${encoding}`),
  ]);
  const tokenizer = new Tiktoken(ranks);
  return {
    encode: (text) => tokenizer.encode(text),
    count: (text) => tokenizer.encode(text).length,
    decode: (ids) => tokenizer.decode(ids as number[]),
  };
}

interface HuggingFace {
  Tokenizer: new (
    definition: object,
    configuration: object,
  ) => {
    encode: (text: string) => { ids: number[] };
    decode: (ids: number[]) => string;
  };
}

async function loadHuggingFace(encoding: EncodingName): Promise<Loaded> {
  const { Tokenizer } = await importPeerModule<HuggingFace>("@huggingface/tokenizers");
  const definition = JSON.parse(readFileSync(huggingFaceFile(encoding), "utf8")) as object;
  const tokenizer = new Tokenizer(definition, { clean_up_tokenization_spaces: false });
  return {
    encode: (text) => tokenizer.encode(text).ids,
    count: (text) => tokenizer.encode(text).ids.length,
    decode: (ids) => tokenizer.decode(ids as number[]),
  };
}

/** In the order of the tables. */
export const contenders = {
  lanewise: { role: "ours", load: loadOurs },
  tiktoken: { role: "peer", load: loadTiktoken, version: peerVersion("tiktoken") },
  "gpt-tokenizer": { role: "peer", load: loadGptTokenizer, version: peerVersion("gpt-tokenizer") },
  "ai-tokenizer": { role: "peer", load: loadAiTokenizer, version: peerVersion("ai-tokenizer") },
  "js-tiktoken": { role: "peer", load: loadJsTiktoken, version: peerVersion("js-tiktoken") },
  "@huggingface/tokenizers": {
    role: "peer",
    load: loadHuggingFace,
    version: peerVersion("@huggingface/tokenizers"),
  },
} satisfies Record<string, TokenizerContender>;

export type ContenderName = keyof typeof contenders;
export const contenderNames = Object.keys(contenders) as ContenderName[];
