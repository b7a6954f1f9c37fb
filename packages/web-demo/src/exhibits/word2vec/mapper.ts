import type { Frame } from "./protocol.js";
import { limits, type MapSettings } from "./config.js";
import { pairsOf } from "./plantedCorpus.js";
import { type Plane, principalPlane } from "./projection.js";
import { listed } from "./sentences.js";
import { leastUnfolded, unfold } from "./unfolding.js";
import type { VectorSlot } from "./vectorSlot.js";

/** The words of a map: places in the list of words. */
export function wordsOnMap(
  slot: Pick<VectorSlot, "words" | "indexOf">,
  { show, relation, list, skip, shown }: MapSettings,
): number[] {
  const known = (words: readonly string[]): number[] =>
    words.flatMap((word) => slot.indexOf(word) ?? []).slice(0, limits.mostShown);
  if (show === "list") return known(listed(list));
  if (show === "pairs") return known(pairsOf(relation).flat());
  const { length } = slot.words;
  // Of a small vocabulary, the last ones: a map of nothing says nothing.
  const first = Math.max(0, Math.min(skip, length - shown));
  return Array.from({ length: Math.min(shown, length - first) }, (_, i) => first + i);
}

/** What a mapper stands on. */
export interface MapperParts {
  readonly show: (frame: Frame, slot: VectorSlot) => void;
  /** Lets messages that wait come first. */
  readonly breathe: () => Promise<void>;
}

/** So many epochs of a layout are done between two pictures of it. */
const epochsAFrame = 8;

/** Makes the pictures of a map: each like the one before. */
export class Mapper {
  readonly #parts: MapperParts;
  #plane: Plane | undefined;
  /** Which words the plane is of: another set of words begins anew. */
  #key = "";
  #unfolding = 0;

  constructor(parts: MapperParts) {
    this.#parts = parts;
  }

  /** A picture by principal components. `guests` are drawn too, where they are no words of the map. */
  draw(slot: VectorSlot, settings: MapSettings, guests: readonly string[]): void {
    const chosen = wordsOnMap(slot, settings);
    const key = chosen.join();
    if (key !== this.#key) this.#plane = undefined;
    this.#key = key;
    const there = new Set(chosen);
    const added = guests.flatMap((word) => slot.indexOf(word) ?? []).filter((index) => !there.has(index));
    const indices = Int32Array.from([...chosen, ...new Set(added)]);
    const rows = slot.rows(Array.from(indices, (index) => slot.words[index]!));
    this.#plane = principalPlane(rows, slot.dim, { fitted: chosen.length, before: this.#plane });
    const { points, share, fitted } = this.#plane;
    this.#parts.show(
      {
        projection: "pca",
        indices,
        fitted,
        points: Float32Array.from(points),
        share,
        fraction: 1,
      },
      slot,
    );
  }

  /**
   * A layout by UMAP, shown while it unfolds, and turned to lie like the last plane. Ends when another one begins, or at `forget`.
   * False where there are too few words for one.
   */
  async unfold(slot: VectorSlot, settings: MapSettings, seed: number): Promise<boolean> {
    const mine = ++this.#unfolding;
    const indices = wordsOnMap(slot, settings);
    if (indices.length < leastUnfolded) return false;
    const rows = slot.rows(indices.map((index) => slot.words[index]!));
    const plane = principalPlane(rows, slot.dim, {
      before: this.#key === indices.join() ? this.#plane : undefined,
    });
    const layout = await unfold(rows, slot.dim, { seed, towards: plane.points });
    for (let done = 0; done < layout.epochs;) {
      await this.#parts.breathe();
      if (mine !== this.#unfolding) return true;
      for (let i = 0; i < epochsAFrame && done < layout.epochs; i++) done = layout.step();
      this.#parts.show(
        {
          projection: "umap",
          indices: Int32Array.from(indices),
          fitted: indices.length,
          points: Float32Array.from(layout.points()),
          share: 1,
          fraction: done / layout.epochs,
        },
        slot,
      );
    }
    return true;
  }

  /** Whatever is under way ends. */
  halt(): void {
    this.#unfolding++;
  }
}
