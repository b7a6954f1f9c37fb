import type { Voice } from "./config.js";
import type { Learner } from "./learner.js";

/** How much of what was written the network reads again when its voice changes in the middle. */
const contextLength = 100;
const endless = 1_000_000;

/**
 * A text that goes on for as long as someone asks for more, while the weights behind it change. Changing the
 * temperature goes on from the last characters; `begin` starts anew from the prompt.
 */
export class LiveVoice {
  readonly #model: Learner;
  readonly #alphabet: ReadonlySet<string>;
  #voice: Voice;
  #seed: number;
  readonly #firstSeed: number;
  #tail = "";
  #pieces: AsyncGenerator<string, void, undefined> | undefined;
  /** Nothing was begun yet. */
  fresh = true;

  constructor(model: Learner, voice: Voice, seed: number, alphabet: string) {
    this.#model = model;
    this.#voice = voice;
    this.#seed = seed;
    this.#firstSeed = seed;
    this.#alphabet = new Set(alphabet);
  }

  change(voice: Voice): void {
    if (voice.temperature !== this.#voice.temperature) this.end();
    this.#voice = voice;
  }

  /** Starts anew; returns the prompt as the network reads it: without the characters that it does not know. */
  begin(): string {
    this.fresh = false;
    this.end();
    this.#tail = this.#readable(this.#voice.prime);
    return this.#tail;
  }

  /** Lets go of what the text under way holds. */
  end(): void {
    void this.#pieces?.return();
    this.#pieces = undefined;
  }

  /** The next `count` characters. */
  async write(count: number): Promise<string> {
    let text = "";
    while (text.length < count) {
      this.#pieces ??= this.#model.generate(this.#tail, {
        length: endless,
        temperature: this.#voice.temperature,
        seed: this.#seed++,
      });
      const { value, done } = await this.#pieces.next();
      if (done) this.#pieces = undefined;
      else text += value;
    }
    this.#tail = (this.#tail + text).slice(-contextLength);
    return text;
  }

  /** A separate text from the prompt, always with the same seed. */
  sample(length: number): AsyncGenerator<string, void, undefined> {
    const { prime, temperature } = this.#voice;
    return this.#model.generate(this.#readable(prime), { length, temperature, seed: this.#firstSeed });
  }

  #readable(prime: string): string {
    const known = [...prime].filter((character) => this.#alphabet.has(character)).join("");
    if (known !== "") return known;
    return this.#alphabet.has("\n") ? "\n" : ([...this.#alphabet][0] ?? "");
  }
}
