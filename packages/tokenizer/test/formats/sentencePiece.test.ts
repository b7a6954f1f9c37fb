import { FormatError, UnsupportedError } from "@lanewise/core-wasm/errors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSentencePiece, writeSentencePiece } from "../../src/formats/index.js";
import { MessageWriter, fields } from "../../src/formats/sentencePiece/protobuf.js";
import { Vocabulary, type TokenizerDefinition } from "../../src/index.js";
import { sampleBpe, sampleUnigram } from "./sampleModels.js";

const bpeFile = writeSentencePiece(sampleBpe);
const unigramFile = writeSentencePiece(sampleUnigram);

/** Reads, and lets nothing pass but the errors that a file may cause. */
function readHostile(bytes: Uint8Array): "read" | "refused" {
  try {
    readSentencePiece(bytes, { addBos: true });
    return "read";
  } catch (error) {
    if (error instanceof FormatError || error instanceof UnsupportedError) return "refused";
    throw error;
  }
}

describe("SentencePiece models", () => {
  it("come back as they were written", () => {
    expect(readSentencePiece(bpeFile, { addBos: true })).toEqual(sampleBpe);
    expect(readSentencePiece(unigramFile)).toEqual(sampleUnigram);
  });

  it("have the bytes that Protocol Buffers demand", () => {
    const definition: TokenizerDefinition = {
      model: {
        type: "unigram",
        vocabulary: Vocabulary.from([undefined, "é"]),
        scores: Float64Array.of(0, -1.5),
        unknownId: 0,
      },
    };
    const hex = [...writeSentencePiece(definition)]
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join("");
    // pieces { piece: "<unk>", score: 0, type: UNKNOWN }, pieces { piece: "é", score: -1.5 }
    const pieces = unspaced("0a0e 0a053c756e6b3e 1500000000 1802 0a09 0a02c3a9 150000c0bf");
    // trainer_spec begins { model_type: UNIGRAM, vocab_size: 2, …, unk_id: 0, bos_id: -1 in ten bytes
    expect(hex.slice(0, pieces.length)).toBe(pieces);
    expect(hex).toContain(unspaced("1801 2002 c00100 980200 c00200 c802ffffffffffffffffff01"));
  });

  it("refuse every truncation within a message", () => {
    for (const file of [bpeFile, unigramFile]) {
      // Where a message ends, the file may end, if what is there makes a model.
      const ends = new Set([0]);
      for (const { bytes } of fields(file, "file")) ends.add(bytes.byteOffset + bytes.length);
      expect(ends.has(file.length)).toBe(true);
      for (let length = 0; length < file.length; length++) {
        const outcome = readHostile(file.subarray(0, length));
        if (!ends.has(length)) expect(outcome, `${length} bytes`).toBe("refused");
      }
    }
  });

  it("raise nothing but FormatError and UnsupportedError whatever the bytes", () => {
    const file = fc.constantFrom(bpeFile, unigramFile);
    const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(file, flips, (bytes, changes) => {
        const broken = bytes.slice();
        for (const [where, value] of changes) broken[where % broken.length] = value;
        readHostile(broken);
      }),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readHostile(bytes)),
      { numRuns: 3000 },
    );
  });

  it("refuse what contradicts itself", () => {
    const piece = (text: string, type: number, score = 0): Uint8Array => {
      const writer = new MessageWriter();
      writer.string(1, text);
      writer.float(2, score);
      writer.varint(3, type);
      return writer.finish();
    };
    const model = (...pieces: Uint8Array[]): Uint8Array => {
      const writer = new MessageWriter();
      for (const bytes of pieces) writer.bytes(1, bytes);
      return writer.finish();
    };
    const unknown = piece("<unk>", 2);
    expect(() => readSentencePiece(model(unknown, piece("a", 1)))).not.toThrow();
    expect(() => readSentencePiece(model(piece("a", 1)))).toThrow(
      "pieces: expected one UNKNOWN piece, got 0",
    );
    expect(() => readSentencePiece(model(unknown, piece("<u>", 2)))).toThrow("got 2");
    expect(() => readSentencePiece(model(unknown, piece("a", 1), piece("a", 4)))).toThrow("pieces[2]");
    expect(() => readSentencePiece(model(unknown, piece("<0x00>", 6)))).toThrow("no BYTE piece");
    expect(() => readSentencePiece(model(unknown, piece("", 1)))).toThrow("pieces[1].piece");
    expect(() => readSentencePiece(model(unknown, piece("a", 7)))).toThrow("pieces[1].type");
    expect(() => readSentencePiece(model(unknown, piece("a", 1, Number.NaN)))).toThrow("pieces[1].score");
    expect(() => readSentencePiece(model(unknown), { addBos: true })).toThrow("trainer_spec.bos_piece");
    expect(() => readSentencePiece(new Uint8Array())).toThrow(FormatError);
  });

  it("keep tables of replacements, and refuse broken ones", () => {
    // One unit whose children lie nowhere, and one empty string.
    const table = Uint8Array.of(4, 0, 0, 0, 0, 4, 0, 0, 0);
    const withTable = (bytes: Uint8Array): TokenizerDefinition => ({
      ...sampleUnigram,
      normalizer: {
        type: "sequence",
        normalizers: [
          { type: "precompiled", table: bytes, keep: ["<sep>"] },
          { type: "sentencePieceSpaces", removeExtraSpaces: true, addDummyPrefix: true, escape: true },
        ],
      },
    });
    expect(readSentencePiece(writeSentencePiece(withTable(table)))).toEqual(withTable(table));
    for (let length = 1; length < table.length; length++) {
      const file = writeSentencePiece(withTable(table.subarray(0, length)));
      expect(() => readSentencePiece(file)).toThrow(FormatError);
    }
  });

  it("do not take what the format has no place for", () => {
    const refuses = (changes: Partial<TokenizerDefinition>, what: string): void =>
      expect(() => writeSentencePiece({ ...sampleBpe, ...changes })).toThrow(
        expect.objectContaining({ name: "UnsupportedError", argument: what }),
      );
    const { model } = sampleBpe;
    if (model.type !== "bpe") throw new Error("not BPE");
    refuses({ preTokenizer: { type: "bert" } }, "preTokenizer");
    refuses({ normalizer: { type: "nfc" } }, "normalizer");
    refuses({ model: { ...model, alphabet: "bytes" } }, "model.alphabet");
    refuses(
      { model: { ...model, priority: { by: "merges", pairs: Uint32Array.of(0, 1) } } },
      "model.priority",
    );
    const { unknownId: _, ...withoutUnknown } = model;
    refuses({ model: withoutUnknown }, "model.unknownId");
    refuses({ model: { ...model, vocabulary: Vocabulary.from(["a", "b", "b"]) } }, "token 2");
  });
});

const unspaced = (hex: string): string => hex.replaceAll(" ", "");

describe("Protocol Buffers", () => {
  it("come back field by field", () => {
    const field = fc.oneof(
      fc.record({ kind: fc.constant("varint" as const), value: fc.integer({ min: 0, max: 2 ** 32 - 1 }) }),
      fc.record({ kind: fc.constant("bytes" as const), value: fc.uint8Array({ maxLength: 300 }) }),
    );
    const numbered = fc.tuple(fc.integer({ min: 1, max: 2 ** 29 - 1 }), field);
    fc.assert(
      fc.property(fc.array(numbered), (rows) => {
        const writer = new MessageWriter();
        for (const [number, { kind, value }] of rows) {
          if (kind === "varint") writer.varint(number, value);
          else writer.bytes(number, value);
        }
        const read = [...fields(writer.finish(), "message")].map((one) => [
          one.number,
          one.wireType === 0 ? one.varint : one.bytes,
        ]);
        expect(read).toEqual(rows.map(([number, { value }]) => [number, value]));
      }),
    );
  });
});
