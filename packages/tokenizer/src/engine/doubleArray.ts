import type { Vocabulary } from "../vocabulary.js";

const NONE = 0xffffffff;
/** The root's parent: neither a node nor none. */
const ROOT = 0xfffffffe;
const BLOCK = 256;
/** Blocks whose free cells are tried. Older ones are nearly full: to look there costs more than it saves. */
const OPEN_BLOCKS = 16;

/**
 * The bytes of tokens as a trie in a double array (Aoe 1989, doi:10.1109/32.31365): u32 {base, parent, id} a node, id
 * 0xffffffff where no token ends. The child of a node for a byte is at base ^ byte, if that names the node as its parent; no other
 * node does. The root is node 0.
 *
 * @param isIn which tokens are wanted; those without bytes are not. Of equal ones the last counts.
 */
export function doubleArray(vocabulary: Vocabulary, isIn: (id: number) => boolean): Uint32Array {
  const trie = new Trie(vocabulary, isIn);
  const cells = new Cells(trie.size);
  const cellOf = new Uint32Array(trie.size);
  const labels: number[] = [];
  // Parents come before their children, as they were made.
  for (let node = 0; node < trie.size; node++) {
    labels.length = 0;
    for (let child = trie.firstChild[node]!; child !== 0; child = trie.sibling[child]!) {
      labels.push(trie.label[child]!);
    }
    const cell = cellOf[node]!;
    if (labels.length > 0) {
      const base = cells.findBase(labels);
      cells.setBase(cell, base);
      for (let child = trie.firstChild[node]!; child !== 0; child = trie.sibling[child]!) {
        cellOf[child] = base ^ trie.label[child]!;
        cells.take(cellOf[child]!, cell);
      }
    }
    cells.setId(cell, trie.id[node]!);
  }
  return cells.finish();
}

/** The same trie as linked lists: each node's children, the last made first. Node 0 is the root, and ends lists. */
class Trie {
  size = 1;
  readonly firstChild: Uint32Array;
  readonly sibling: Uint32Array;
  readonly label: Uint8Array;
  readonly id: Uint32Array;

  constructor({ bytes, offsets, size }: Vocabulary, isIn: (id: number) => boolean) {
    this.firstChild = new Uint32Array(bytes.length + 1);
    this.sibling = new Uint32Array(bytes.length + 1);
    this.label = new Uint8Array(bytes.length + 1);
    this.id = new Uint32Array(bytes.length + 1).fill(NONE);
    for (let id = 0; id < size; id++) {
      if (offsets[id] === offsets[id + 1] || !isIn(id)) continue;
      let node = 0;
      for (let i = offsets[id]!; i < offsets[id + 1]!; i++) node = this.#child(node, bytes[i]!);
      this.id[node] = id;
    }
  }

  #child(node: number, byte: number): number {
    for (let child = this.firstChild[node]!; child !== 0; child = this.sibling[child]!) {
      if (this.label[child] === byte) return child;
    }
    const child = this.size++;
    this.sibling[child] = this.firstChild[node]!;
    this.firstChild[node] = child;
    this.label[child] = byte;
    return child;
  }
}

/** The double array while it grows, block by block. Free cells of open blocks are a ring, whose head is the root's cell. */
class Cells {
  #nodes: Uint32Array = new Uint32Array();
  #next: Uint32Array = new Uint32Array();
  #previous: Uint32Array = new Uint32Array();
  #size = 0;

  constructor(expected: number) {
    this.#reserve(Math.ceil((expected * 1.1) / BLOCK) * BLOCK + BLOCK);
    this.#next[0] = this.#previous[0] = 0;
    this.#addBlock();
    this.take(0, ROOT);
  }

  /** A base for which the cells of all labels are free. */
  findBase(labels: readonly number[]): number {
    for (;;) {
      for (let cell = this.#next[0]!; cell !== 0; cell = this.#next[cell]!) {
        const base = cell ^ labels[0]!;
        if (labels.every((label) => this.#nodes[3 * (base ^ label) + 1] === NONE)) return base;
      }
      this.#addBlock();
    }
  }

  take(cell: number, parent: number): void {
    this.#nodes[3 * cell] = 0;
    this.#nodes[3 * cell + 1] = parent;
    if (cell !== 0) this.#unlink(cell);
  }

  setBase(cell: number, base: number): void {
    this.#nodes[3 * cell] = base;
  }

  setId(cell: number, id: number): void {
    this.#nodes[3 * cell + 2] = id;
  }

  finish(): Uint32Array {
    return this.#nodes.slice(0, 3 * this.#size);
  }

  #unlink(cell: number): void {
    this.#next[this.#previous[cell]!] = this.#next[cell]!;
    this.#previous[this.#next[cell]!] = this.#previous[cell]!;
  }

  #addBlock(): void {
    const begin = this.#size;
    this.#size += BLOCK;
    if (3 * this.#size > this.#nodes.length) this.#reserve(2 * this.#size);
    for (let cell = Math.max(begin, 1); cell < this.#size; cell++) {
      const last = this.#previous[0]!;
      this.#next[last] = cell;
      this.#previous[cell] = last;
      this.#next[cell] = 0;
      this.#previous[0] = cell;
    }
    const closing = begin - OPEN_BLOCKS * BLOCK;
    for (let cell = Math.max(closing, 1); cell < closing + BLOCK; cell++) {
      if (this.#nodes[3 * cell + 1] === NONE) this.#unlink(cell);
    }
  }

  #reserve(cells: number): void {
    const grown = (old: Uint32Array, length: number): Uint32Array => {
      const array = new Uint32Array(length).fill(NONE, old.length);
      array.set(old);
      return array;
    };
    this.#nodes = grown(this.#nodes, 3 * cells);
    this.#next = grown(this.#next, cells);
    this.#previous = grown(this.#previous, cells);
  }
}
