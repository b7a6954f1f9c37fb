import { UnsupportedError } from "@lanewise/core-wasm/errors";
import type {
  AddedToken,
  Decoder,
  Normalizer,
  Pattern,
  PostProcessor,
  PreTokenizer,
  SplitBehavior,
  TemplatePart,
} from "../../definition.js";
import { knownScanner } from "../../pipeline/patterns/knownPatterns.js";
import type { JsonValue } from "./jsonValue.js";

const string = (value: JsonValue): string => value.string();
const boolean = (value: JsonValue): boolean => value.boolean();

export function readNormalizer(json: JsonValue): Normalizer {
  const type = json.get("type").string();
  switch (type) {
    case "Sequence":
      return { type: "sequence", normalizers: json.get("normalizers").array().map(readNormalizer) };
    case "NFC":
    case "NFD":
    case "NFKC":
    case "NFKD":
      return { type: type.toLowerCase() as "nfc" };
    case "Lowercase":
      return { type: "lowercase" };
    case "StripAccents":
      return { type: "stripAccents" };
    case "Nmt":
      return { type: "nmt" };
    case "Strip":
      return {
        type: "strip",
        left: json.get("strip_left").or(true, boolean),
        right: json.get("strip_right").or(true, boolean),
      };
    case "Prepend":
      return { type: "prepend", prefix: json.get("prepend").string() };
    case "Replace":
      return {
        type: "replace",
        pattern: readPattern(json.get("pattern")),
        content: json.get("content").string(),
      };
    case "BertNormalizer": {
      const strips = json.get("strip_accents");
      return {
        type: "bert",
        cleanText: json.get("clean_text").or(true, boolean),
        handleChineseCharacters: json.get("handle_chinese_chars").or(true, boolean),
        ...(!strips.isAbsent && { stripAccents: strips.boolean() }),
        lowercase: json.get("lowercase").or(true, boolean),
      };
    }
    case "Precompiled":
      return { type: "precompiled", table: readBase64(json.get("precompiled_charsmap")) };
    default:
      throw new UnsupportedError(json.get("type").path, "a normalizer that is supported", type);
  }
}

export function readPreTokenizer(json: JsonValue): PreTokenizer {
  const type = json.get("type").string();
  switch (type) {
    case "Sequence":
      return { type: "sequence", preTokenizers: json.get("pretokenizers").array().map(readPreTokenizer) };
    case "BertPreTokenizer":
      return { type: "bert" };
    case "Whitespace":
      return { type: "whitespace" };
    case "WhitespaceSplit":
      return { type: "whitespaceSplit" };
    case "ByteLevel": {
      const addPrefixSpace = json.get("add_prefix_space").or(true, boolean);
      const prefix = addPrefixSpace ? { addPrefixSpace } : {};
      return json.get("use_regex").or(true, boolean)
        ? { type: "scanner", scanner: "r50k", ...prefix }
        : { type: "bytes", ...prefix };
    }
    case "Punctuation":
      return { type: "punctuation", behavior: json.get("behavior").or("isolated", readBehavior) };
    case "Digits":
      return { type: "digits", individual: json.get("individual_digits").or(false, boolean) };
    case "CharDelimiterSplit":
      return {
        type: "split",
        pattern: { string: json.get("delimiter").string() },
        behavior: "removed",
        invert: false,
      };
    case "Metaspace":
      return {
        type: "metaspace",
        ...readMetaspace(json),
        split: json.get("split").or(true, boolean),
      };
    case "Split":
      return readSplit(json);
    default:
      throw new UnsupportedError(json.get("type").path, "a pre-tokenizer that is supported", type);
  }
}

function readSplit(json: JsonValue): PreTokenizer {
  const pattern = readPattern(json.get("pattern"));
  const behavior = readBehavior(json.get("behavior"));
  const invert = json.get("invert").or(false, boolean);
  const scanner = "regex" in pattern ? knownScanner(pattern.regex) : undefined;
  // Every character is in a match of those, so that to remove what lies between is to isolate them.
  if (scanner && (behavior === "isolated" || (behavior === "removed" && invert)))
    return { type: "scanner", scanner };
  return { type: "split", pattern, behavior, invert };
}

function readBehavior(json: JsonValue): SplitBehavior {
  const name = json.string();
  const behavior = `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
  switch (behavior) {
    case "removed":
    case "isolated":
    case "mergedWithPrevious":
    case "mergedWithNext":
    case "contiguous":
      return behavior;
    default:
      return json.fail("Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous");
  }
}

function readPattern(json: JsonValue): Pattern {
  const literal = json.get("String");
  if (!literal.isAbsent) return { string: literal.string() };
  return { regex: json.get("Regex").string() };
}

function readMetaspace(json: JsonValue): { replacement: string; prepend: "always" | "never" | "first" } {
  const scheme = json.get("prepend_scheme");
  // What older files have instead.
  const addsPrefix = json.get("add_prefix_space").or(true, boolean);
  const prepend = scheme.or(addsPrefix ? "always" : "never", string);
  if (prepend !== "always" && prepend !== "never" && prepend !== "first") {
    return scheme.fail('"always", "never" or "first"');
  }
  return { replacement: json.get("replacement").or("\u2581", string), prepend };
}

export function readPostProcessor(json: JsonValue): PostProcessor {
  const type = json.get("type").string();
  switch (type) {
    case "Sequence":
      return { type: "sequence", processors: json.get("processors").array().map(readPostProcessor) };
    case "ByteLevel":
      return {
        type: "byteLevel",
        trimOffsets: json.get("trim_offsets").or(true, boolean),
        addPrefixSpace: json.get("add_prefix_space").or(true, boolean),
      };
    case "TemplateProcessing":
      return readTemplate(json);
    case "BertProcessing": {
      const { start, end } = readEnds(json);
      const single: TemplatePart[] = [start, { sequence: "first", typeId: 0 }, end];
      return {
        type: "template",
        single,
        pair: [...single, { sequence: "second", typeId: 1 }, { ...end, typeId: 1 }],
      };
    }
    case "RobertaProcessing": {
      const { start, end } = readEnds(json);
      const single: TemplatePart[] = [start, { sequence: "first", typeId: 0 }, end];
      const template: PostProcessor = {
        type: "template",
        single,
        pair: [...single, end, { sequence: "second", typeId: 0 }, end],
      };
      const trimOffsets = json.get("trim_offsets").or(true, boolean);
      const addPrefixSpace = json.get("add_prefix_space").or(true, boolean);
      return { type: "sequence", processors: [{ type: "byteLevel", trimOffsets, addPrefixSpace }, template] };
    }
    default:
      throw new UnsupportedError(json.get("type").path, "a post-processor that is supported", type);
  }
}

function readEnds(json: JsonValue): Record<"start" | "end", { ids: number[]; typeId: number }> {
  const idOf = (pair: JsonValue): number => {
    const id = pair.array()[1];
    return id ? id.index() : pair.fail("[token, id]");
  };
  return {
    start: { ids: [idOf(json.get("cls"))], typeId: 0 },
    end: { ids: [idOf(json.get("sep"))], typeId: 0 },
  };
}

function readTemplate(json: JsonValue): PostProcessor {
  const idsOf = new Map(
    json
      .get("special_tokens")
      .or<[string, JsonValue][]>([], (tokens) => tokens.entries())
      .map(([name, token]) => [
        name,
        token
          .get("ids")
          .array()
          .map((id) => id.index()),
      ]),
  );
  const readPart = (part: JsonValue): TemplatePart => {
    const sequence = part.get("Sequence");
    if (!sequence.isAbsent) {
      const id = sequence.get("id").string();
      if (id !== "A" && id !== "B") return sequence.get("id").fail('"A" or "B"');
      return { sequence: id === "A" ? "first" : "second", typeId: sequence.get("type_id").index() };
    }
    const token = part.get("SpecialToken");
    const ids = idsOf.get(token.get("id").string());
    if (!ids) return token.get("id").fail("one of special_tokens");
    return { ids, typeId: token.get("type_id").index() };
  };
  return {
    type: "template",
    single: json.get("single").array().map(readPart),
    pair: json.get("pair").array().map(readPart),
  };
}

export function readDecoder(json: JsonValue): Decoder {
  const type = json.get("type").string();
  switch (type) {
    case "Sequence":
      return { type: "sequence", decoders: json.get("decoders").array().map(readDecoder) };
    case "ByteLevel":
      return { type: "bytes" };
    case "ByteFallback":
      return { type: "byteFallback" };
    case "Fuse":
      return { type: "fuse" };
    case "WordPiece":
      return {
        type: "wordPiece",
        prefix: json.get("prefix").or("##", string),
        cleanup: json.get("cleanup").or(true, boolean),
      };
    case "Metaspace":
      return { type: "metaspace", ...readMetaspace(json) };
    case "Replace":
      return {
        type: "replace",
        pattern: readPattern(json.get("pattern")),
        content: json.get("content").string(),
      };
    case "Strip":
      return {
        type: "strip",
        content: json.get("content").string(),
        start: json.get("start").index(),
        stop: json.get("stop").index(),
      };
    case "BPEDecoder":
      return { type: "bpe", suffix: json.get("suffix").or("</w>", string) };
    case "CTC":
      return {
        type: "ctc",
        padToken: json.get("pad_token").or("<pad>", string),
        wordDelimiterToken: json.get("word_delimiter_token").or("|", string),
        cleanup: json.get("cleanup").or(true, boolean),
      };
    default:
      throw new UnsupportedError(json.get("type").path, "a decoder that is supported", type);
  }
}

export function readAddedToken(json: JsonValue): AddedToken {
  return {
    id: json.get("id").index(),
    content: json.get("content").string(),
    special: json.get("special").or(false, boolean),
    ...(json.get("single_word").or(false, boolean) && { singleWord: true }),
    ...(json.get("lstrip").or(false, boolean) && { stripLeft: true }),
    ...(json.get("rstrip").or(false, boolean) && { stripRight: true }),
    ...(json.get("normalized").or(false, boolean) && { normalized: true }),
  };
}

function readBase64(json: JsonValue): Uint8Array {
  let characters: string;
  try {
    characters = atob(json.string());
  } catch {
    return json.fail("base64");
  }
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
}
