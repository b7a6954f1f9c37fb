import { UnsupportedError } from "@lanewise/core-wasm/errors";
import type { PostProcessor, TemplatePart } from "../../definition.js";

/** The ids of a text, and where in it they come from, if that is wanted. */
export interface Sequence {
  readonly ids: Uint32Array;
  readonly starts?: Uint32Array;
  readonly ends?: Uint32Array;
}

/** One text or two as a model takes them. All arrays have one element an id. */
export interface Assembled {
  readonly ids: Uint32Array<ArrayBuffer>;
  /** The segment that an id is in. */
  readonly typeIds: Uint32Array<ArrayBuffer>;
  /** 1 where the template put the id, 0 where a text did. */
  readonly specialTokensMask: Uint8Array<ArrayBuffer>;
  /** The text that an id comes from: 0 or 1, and `noSequence` where it comes from none. */
  readonly sequenceIds: Uint8Array<ArrayBuffer>;
  /** UTF-16 code units in the text that the id comes from; 0 where it comes from none, or where places were not given. */
  readonly starts: Uint32Array<ArrayBuffer>;
  readonly ends: Uint32Array<ArrayBuffer>;
}

export const noSequence = 255;

type Templates = Extract<PostProcessor, { type: "template" }>;

/** Without a post-processor: the texts one after the other, each its own segment. */
const bare: Templates = {
  type: "template",
  single: [{ sequence: "first", typeId: 0 }],
  pair: [
    { sequence: "first", typeId: 0 },
    { sequence: "second", typeId: 1 },
  ],
};

/** What a post-processor puts around a text, or between two: `[CLS] first [SEP] second [SEP]`. */
export class Template {
  readonly #single: readonly TemplatePart[];
  readonly #pair: readonly TemplatePart[];

  /** @throws UnsupportedError where one template follows another, or a type is none that is known */
  constructor(postProcessor?: PostProcessor) {
    const templates = templatesOf(postProcessor);
    if (templates.length > 1) {
      throw new UnsupportedError("postProcessor", "one template at most", `${templates.length} of them`);
    }
    const { single, pair } = templates[0] ?? bare;
    this.#single = single;
    this.#pair = pair;
  }

  /** How many ids it adds to one text, or to two. */
  addedCount(pair: boolean): number {
    let count = 0;
    for (const part of pair ? this.#pair : this.#single) if ("ids" in part) count += part.ids.length;
    return count;
  }

  assemble(first: Sequence, second?: Sequence): Assembled {
    const parts = second ? this.#pair : this.#single;
    let length = 0;
    for (const part of parts) length += "ids" in part ? part.ids.length : (sequenceOf(part)?.ids.length ?? 0);
    const assembled: Assembled = {
      ids: new Uint32Array(length),
      typeIds: new Uint32Array(length),
      specialTokensMask: new Uint8Array(length),
      sequenceIds: new Uint8Array(length),
      starts: new Uint32Array(length),
      ends: new Uint32Array(length),
    };
    let at = 0;
    for (const part of parts) {
      const sequence = "ids" in part ? undefined : sequenceOf(part);
      const ids = "ids" in part ? part.ids : (sequence?.ids ?? []);
      const end = at + ids.length;
      assembled.ids.set(ids, at);
      assembled.typeIds.fill(part.typeId, at, end);
      if (sequence?.starts) assembled.starts.set(sequence.starts, at);
      if (sequence?.ends) assembled.ends.set(sequence.ends, at);
      if ("ids" in part) assembled.specialTokensMask.fill(1, at, end);
      assembled.sequenceIds.fill("ids" in part ? noSequence : part.sequence === "first" ? 0 : 1, at, end);
      at = end;
    }
    return assembled;

    function sequenceOf({ sequence }: { sequence: "first" | "second" }): Sequence | undefined {
      return sequence === "first" ? first : second;
    }
  }
}

function templatesOf(processor: PostProcessor | undefined): Templates[] {
  if (processor === undefined) return [];
  if (processor.type === "sequence") return processor.processors.flatMap(templatesOf);
  if (processor.type === "template") return [processor];
  if (processor.type === "byteLevel") return [];
  const { type } = processor as { type?: unknown };
  throw new UnsupportedError("postProcessor.type", "template, byteLevel or sequence", type);
}
