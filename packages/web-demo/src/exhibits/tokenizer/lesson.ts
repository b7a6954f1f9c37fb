import type { TokenizerDefinition } from "@lanewise/tokenizer";
import type { Engine } from "./engine.js";
import type { FileFormat, Merge, Reply, Request, TrainingText } from "./protocol.js";

interface LessonParts {
  readonly engine: Engine;
  readonly post: (reply: Reply) => void;
  readonly breathe: () => Promise<void>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly now: () => number;
  readonly fetchText: (url: string) => Promise<string>;
}

/** Milliseconds between two reports, and how long a training that is watched is to take. */
const pacing = { report: 80, whole: 12_000, longest: 120 };

/** One training: tells the merges as they are learnt, and how the probe is cut by those so far. */
export class Lesson {
  readonly id: number;
  readonly #parts: LessonParts;
  readonly #request: Request & { type: "train" };
  readonly #keep: (definition: TokenizerDefinition) => Promise<void>;
  readonly #abort = new AbortController();
  /** By id: the bytes, then what each merge makes. */
  readonly #tokens: Uint8Array[] = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  #pending: Merge[] = [];
  #definition: TokenizerDefinition | undefined;

  constructor(
    parts: LessonParts,
    request: Request & { type: "train" },
    keep: (definition: TokenizerDefinition) => Promise<void>,
  ) {
    this.id = request.run;
    this.#parts = parts;
    this.#request = request;
    this.#keep = keep;
  }

  stop(): void {
    this.#abort.abort();
  }

  async run(): Promise<void> {
    const { post, now } = this.#parts;
    const run = this.id;
    try {
      post({ type: "reading", run });
      const text = await this.#text(this.#request.source);
      this.#abort.signal.throwIfAborted();
      const began = now();
      const definition = await this.#learn(text);
      const milliseconds = now() - began;
      this.#definition = definition;
      await this.#keep(definition);
      const { size } = definition.model.vocabulary;
      post({ type: "trained", run, size, ...(this.#request.pace === "full" && { milliseconds }) });
    } catch (error) {
      if (this.#abort.signal.aborted) post({ type: "stopped", run });
      else
        post({ type: "trainingFailed", run, reason: error instanceof Error ? error.message : String(error) });
    }
  }

  async save(format: FileFormat): Promise<void> {
    if (!this.#definition) return;
    const bytes = await this.#parts.engine.write(this.#definition, format);
    this.#parts.post({ type: "file", run: this.id, format, bytes });
  }

  async #text(source: TrainingText): Promise<string> {
    return "text" in source ? source.text : this.#parts.fetchText(source.url);
  }

  async #learn(text: string): Promise<TokenizerDefinition> {
    const { engine, now, breathe, sleep } = this.#parts;
    const { size, pace } = this.#request;
    const { signal } = this.#abort;
    const training = engine.train(text, { vocabularySize: size, signal });
    let reported = now();
    let steps = 0;
    for await (const event of training) {
      if (event.phase !== "merging") continue;
      steps = event.steps;
      const [left, right] = event.pair;
      const { step, id, count, token } = event;
      this.#pending.push({ step, left: this.#tokens[left]!, right: this.#tokens[right]!, id, count });
      this.#tokens[id] = token.slice();
      if (pace === "watch") await sleep(Math.min(pacing.longest, pacing.whole / steps));
      if (now() - reported < pacing.report) continue;
      await this.#report(steps);
      await breathe();
      signal.throwIfAborted();
      reported = now();
    }
    if (this.#pending.length > 0) await this.#report(steps);
    return training.definition;
  }

  async #report(steps: number): Promise<void> {
    const { engine, post } = this.#parts;
    const reader = await engine.make(engine.definitionOf(this.#tokens));
    const probe = reader.count(this.#request.probe, { specialTokens: "text" });
    reader.dispose();
    const merges = this.#pending;
    this.#pending = [];
    post({ type: "merged", run: this.id, steps, merges, probe });
  }
}
