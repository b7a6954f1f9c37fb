import { UnsupportedError } from "@lanewise/core-wasm/errors";
import type {
  Decoder,
  Normalizer,
  Pattern,
  PostProcessor,
  PreTokenizer,
  TemplatePart,
} from "../../definition.js";
import { scannerRegex } from "../../pipeline/patterns/knownPatterns.js";
import type { Json } from "./json.js";

export function writeNormalizer(normalizer: Normalizer): Json {
  switch (normalizer.type) {
    case "sequence":
      return { type: "Sequence", normalizers: normalizer.normalizers.map(writeNormalizer) };
    case "nfc":
    case "nfd":
    case "nfkc":
    case "nfkd":
      return { type: normalizer.type.toUpperCase() };
    case "lowercase":
      return { type: "Lowercase" };
    case "stripAccents":
      return { type: "StripAccents" };
    case "nmt":
      return { type: "Nmt" };
    case "strip":
      return { type: "Strip", strip_left: normalizer.left, strip_right: normalizer.right };
    case "prepend":
      return { type: "Prepend", prepend: normalizer.prefix };
    case "replace":
      return { type: "Replace", pattern: writePattern(normalizer.pattern), content: normalizer.content };
    case "bert":
      return {
        type: "BertNormalizer",
        clean_text: normalizer.cleanText,
        handle_chinese_chars: normalizer.handleChineseCharacters,
        strip_accents: normalizer.stripAccents ?? null,
        lowercase: normalizer.lowercase,
      };
    case "precompiled":
      if (normalizer.keep && normalizer.keep.length > 0) {
        throw new UnsupportedError("normalizer.keep", "none", `${normalizer.keep.length} strings`);
      }
      return { type: "Precompiled", precompiled_charsmap: base64(normalizer.table) };
    case "sentencePieceSpaces":
      return writeSpaces(normalizer);
  }
}

/** SentencePiece's rules for spaces, in the parts that others have. */
function writeSpaces(spaces: Extract<Normalizer, { type: "sentencePieceSpaces" }>): Json {
  if (spaces.asSuffix && spaces.addDummyPrefix) {
    throw new UnsupportedError("normalizer.asSuffix", "a dummy in front", "one behind");
  }
  const normalizers: Json[] = [];
  if (spaces.removeExtraSpaces) {
    normalizers.push(
      {
        type: "Replace",
        pattern: { Regex: spaces.escape ? "\\A +|[ \u2581]+\\z" : "\\A +| +\\z" },
        content: "",
      },
      { type: "Replace", pattern: { Regex: " {2,}" }, content: " " },
    );
  }
  const mark = spaces.escape ? "\u2581" : " ";
  if (spaces.addDummyPrefix) normalizers.push({ type: "Prepend", prepend: mark });
  if (spaces.escape) normalizers.push({ type: "Replace", pattern: { String: " " }, content: mark });
  return { type: "Sequence", normalizers };
}

/** @param isByteLevel the last part then says that the model works on bytes */
export function writePreTokenizer(preTokenizer: PreTokenizer | undefined, isByteLevel: boolean): Json {
  const parts = flatten(preTokenizer).flatMap((part) => writePart(part, isByteLevel));
  const last = parts.at(-1);
  if (isByteLevel && !(last && "type" in last && last.type === "ByteLevel"))
    parts.push(byteLevel(false, false));
  if (parts.length === 0) return null;
  return parts.length === 1 ? parts[0]! : { type: "Sequence", pretokenizers: parts };
}

type JsonObject = { readonly [key: string]: Json };

function flatten(preTokenizer: PreTokenizer | undefined): Exclude<PreTokenizer, { type: "sequence" }>[] {
  if (preTokenizer === undefined) return [];
  return preTokenizer.type === "sequence" ? preTokenizer.preTokenizers.flatMap(flatten) : [preTokenizer];
}

function byteLevel(addPrefixSpace: boolean, useRegex: boolean): JsonObject {
  return { type: "ByteLevel", add_prefix_space: addPrefixSpace, trim_offsets: true, use_regex: useRegex };
}

function writePart(part: Exclude<PreTokenizer, { type: "sequence" }>, isByteLevel: boolean): JsonObject[] {
  switch (part.type) {
    case "scanner": {
      const { scanner, addPrefixSpace = false } = part;
      if (scanner === "r50k" && isByteLevel) return [byteLevel(addPrefixSpace, true)];
      if (addPrefixSpace) {
        throw new UnsupportedError("preTokenizer.addPrefixSpace", "false, but with r50k", scanner);
      }
      return [splitBy({ Regex: scannerRegex(scanner) }, "Isolated", false)];
    }
    case "bytes":
      return isByteLevel ? [byteLevel(part.addPrefixSpace ?? false, false)] : [];
    case "bert":
      return [{ type: "BertPreTokenizer" }];
    case "whitespace":
      return [{ type: "Whitespace" }];
    case "whitespaceSplit":
      return [{ type: "WhitespaceSplit" }];
    case "unicodeScripts":
      return [{ type: "UnicodeScripts" }];
    case "punctuation":
      return [{ type: "Punctuation", behavior: upperFirst(part.behavior) }];
    case "digits":
      return [{ type: "Digits", individual_digits: part.individual }];
    case "metaspace":
      return [
        {
          type: "Metaspace",
          replacement: part.replacement,
          prepend_scheme: part.prepend,
          split: part.split,
        },
      ];
    case "split":
      return [splitBy(writePattern(part.pattern), upperFirst(part.behavior), part.invert)];
  }
}

function splitBy(pattern: Json, behavior: string, invert: boolean): JsonObject {
  return { type: "Split", pattern, behavior, invert };
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** @param nameOf what a token is called */
export function writePostProcessor(postProcessor: PostProcessor, nameOf: (id: number) => string): Json {
  switch (postProcessor.type) {
    case "sequence":
      return {
        type: "Sequence",
        processors: postProcessor.processors.map((processor) => writePostProcessor(processor, nameOf)),
      };
    case "byteLevel":
      return {
        type: "ByteLevel",
        add_prefix_space: postProcessor.addPrefixSpace,
        trim_offsets: postProcessor.trimOffsets,
        use_regex: true,
      };
    case "template": {
      const special: Record<string, Json> = {};
      const write = (part: TemplatePart): Json => {
        if ("sequence" in part) {
          return { Sequence: { id: part.sequence === "first" ? "A" : "B", type_id: part.typeId } };
        }
        const id = part.ids.map(nameOf).join("");
        special[id] = { id, ids: part.ids, tokens: part.ids.map(nameOf) };
        return { SpecialToken: { id, type_id: part.typeId } };
      };
      const single = postProcessor.single.map(write);
      const pair = postProcessor.pair.map(write);
      return { type: "TemplateProcessing", single, pair, special_tokens: special };
    }
  }
}

export function writeDecoder(decoder: Decoder): Json {
  switch (decoder.type) {
    case "sequence":
      return { type: "Sequence", decoders: decoder.decoders.map(writeDecoder) };
    case "bytes":
      return { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true };
    case "byteFallback":
      return { type: "ByteFallback" };
    case "fuse":
      return { type: "Fuse" };
    case "wordPiece":
      return { type: "WordPiece", prefix: decoder.prefix, cleanup: decoder.cleanup };
    case "metaspace":
      return {
        type: "Metaspace",
        replacement: decoder.replacement,
        prepend_scheme: decoder.prepend,
        split: true,
      };
    case "replace":
      return { type: "Replace", pattern: writePattern(decoder.pattern), content: decoder.content };
    case "strip":
      return { type: "Strip", content: decoder.content, start: decoder.start, stop: decoder.stop };
    case "bpe":
      return { type: "BPEDecoder", suffix: decoder.suffix };
    case "ctc":
      return {
        type: "CTC",
        pad_token: decoder.padToken,
        word_delimiter_token: decoder.wordDelimiterToken,
        cleanup: decoder.cleanup,
      };
  }
}

function writePattern(pattern: Pattern): Json {
  return "string" in pattern ? { String: pattern.string } : { Regex: pattern.regex };
}

function base64(bytes: Uint8Array): string {
  let characters = "";
  for (const byte of bytes) characters += String.fromCharCode(byte);
  return btoa(characters);
}
