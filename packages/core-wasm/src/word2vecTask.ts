import { checkArray, checkInteger, type KernelOptions } from "./runtime/checks.js";
import { DisposedError, RangeError, UnsupportedError } from "./runtime/errors.js";
import { defaultRuntime, type Runtime } from "./runtime/runtime.js";
import type { WasmArray } from "./runtime/wasmArray.js";

/** Lists of whole numbers, one behind the other. */
interface Lists {
  /** i32[V + 1]: where each word's list begins, and at last where they all end. */
  starts: Int32Array;
}

/** Words drawn for each that came. */
export interface Word2VecNegativeSampling {
  /** How many, from 1. */
  negatives: number;
  /** u32[V, 2], of `word2vecNegativeTable`. */
  table: Uint32Array;
}

/** A tree whose leaves are the words: the path to each from the root. */
export interface Word2VecPaths extends Lists {
  /** i32[starts[V]]: the inner nodes on the path, as rows of the output weights. */
  nodes: Int32Array;
  /** u8[starts[V]]: the branch that it takes there, 0 or 1. */
  codes: Uint8Array;
}

/** The rows of the input weights whose mean is a word's input. */
export interface Word2VecInputRows extends Lists {
  /** i32[starts[V]]. A row that comes twice counts twice. No list is empty. */
  rows: Int32Array;
}

/** What word2vec trains on. V is the size of the vocabulary. */
export interface Word2VecTaskOptions extends KernelOptions {
  /** Sentences as words 0 … V − 1, one behind the other. What is outside of that is left out, as if it were not there. */
  ids: Int32Array;
  /** Where each sentence begins in `ids`, from 0, and at last their length: ascending. */
  starts: Int32Array;
  /** V. */
  vocabulary: number;
  /** The length of a vector. */
  dim: number;
  /** The most words to either side that are context; each word draws 1 … window. */
  window: number;
  /** "skipgram": each word of the context predicts the word; "cbow": the mean of the context does. */
  architecture: "skipgram" | "cbow";
  /** u32[V], of `word2vecKeepThresholds`. Default: no word is left out. */
  keep?: Uint32Array | undefined;
  /** Exactly one of this and the next is there. */
  negativeSampling?: Word2VecNegativeSampling | undefined;
  hierarchicalSoftmax?: Word2VecPaths | undefined;
  /** Default: a word's input is its own row. */
  inputRows?: Word2VecInputRows | undefined;
}

const mostWindow = 1024;
const mostOutputs = 512;
const mostDim = 65536;

/** How far apart the rows of weights are, in floats: `dim`, or the next multiple of four. @throws RangeError */
export function word2vecStride(dim: number): number {
  checkInteger("dim", dim, 1, mostDim);
  return 4 * Math.ceil(dim / 4);
}

/**
 * A corpus and the tables that go with its vocabulary, checked once and copied to the runtime's heap, for any number of
 * calls of `word2vecInto`.
 */
export class Word2VecTask {
  readonly runtime: Runtime;
  readonly dim: number;
  /** Floats from a row to the next. */
  readonly stride: number;
  /** Tokens in the corpus. */
  readonly tokens: number;
  /** The rows that input and output weights have at least. */
  readonly inputRows: number;
  readonly outputRows: number;
  /** About how many nanoseconds a token takes. */
  readonly nanoseconds: number;
  readonly #arrays: WasmArray[];
  readonly #plan: WasmArray<"u32">;

  /** @throws RangeError, ShapeError, DTypeError, UnsupportedError, OutOfMemoryError */
  constructor(options: Word2VecTaskOptions) {
    const { ids, starts, vocabulary, dim, window, architecture, keep } = options;
    const { negativeSampling, hierarchicalSoftmax: paths, inputRows: inputs } = options;
    checkInteger("vocabulary", vocabulary, 1, 2 ** 31 - 1);
    checkInteger("window", window, 1, mostWindow);
    if (architecture !== "skipgram" && architecture !== "cbow") {
      throw new RangeError("architecture", '"skipgram" or "cbow"', architecture);
    }
    this.dim = dim;
    this.stride = word2vecStride(dim);
    checkArray("ids", ids, "i32", ids?.length ?? 0);
    checkStarts("starts", starts, starts?.length ?? 0, ids.length);
    if (keep) checkArray("keep", keep, "u32", vocabulary, "vocabulary");
    if ((negativeSampling === undefined) === (paths === undefined)) {
      const received = paths === undefined ? "neither" : "both";
      throw new UnsupportedError("negativeSampling, hierarchicalSoftmax", "one of the two", received);
    }
    if (negativeSampling) checkNegatives(negativeSampling, vocabulary);
    const path = paths ? checkPaths(paths, vocabulary) : { rows: 0, longest: 0 };
    this.inputRows = inputs ? checkInputRows(inputs, vocabulary) : vocabulary;
    this.outputRows = paths ? path.rows : vocabulary;
    this.tokens = ids.length;
    const outputs = negativeSampling ? negativeSampling.negatives + 1 : path.longest;
    const predictions = architecture === "cbow" ? 1 : window + 1;
    this.nanoseconds = predictions * (40 + 0.4 * this.stride * (outputs + 1));
    const runtime = options.runtime ?? defaultRuntime();
    this.runtime = runtime;
    this.#arrays = [];
    this.#plan = runtime.heap.allOrNone(() => {
      const place = (array: Int32Array | Uint32Array | Uint8Array | undefined): number => {
        if (array === undefined || array.length === 0) return 0;
        const dtype = array instanceof Int32Array ? "i32" : array instanceof Uint32Array ? "u32" : "u8";
        const placed = runtime.heap.from(dtype, array);
        this.#arrays.push(placed);
        return placed.ptr;
      };
      // In the order of assembly/lib/word2vecPlan.ts.
      const plan = runtime.heap.from("u32", [
        4 * this.stride,
        vocabulary,
        window,
        architecture === "cbow" ? 1 : 0,
        place(ids),
        place(starts),
        starts.length - 1,
        place(keep),
        negativeSampling?.negatives ?? 0,
        place(negativeSampling?.table),
        place(paths?.starts),
        place(paths?.nodes),
        place(paths?.codes),
        place(inputs?.starts),
        place(inputs?.rows),
        outputs,
      ]);
      this.#arrays.push(plan);
      return plan;
    });
  }

  /** The address of what the kernel reads. @throws DisposedError */
  get ptr(): number {
    if (this.disposed) throw new DisposedError("task", "a live Word2VecTask", "a disposed one");
    return this.#plan.ptr;
  }

  get disposed(): boolean {
    return !this.#plan.allocation.live || this.runtime.disposed;
  }

  /** Gives its memory back; any use after that is a DisposedError. Again is no harm. */
  dispose(): void {
    if (this.disposed) return;
    for (const array of this.#arrays) this.runtime.heap.free(array);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** @throws DTypeError, ShapeError; RangeError unless they ascend from 0 to `end` */
function checkStarts(name: string, starts: Int32Array, length: number, end: number): void {
  checkArray(name, starts, "i32", Math.max(length, 1));
  for (let i = 0; i < starts.length; i++) {
    const least = i === 0 ? 0 : starts[i - 1]!;
    const most = i === starts.length - 1 ? end : i === 0 ? 0 : end;
    checkInteger(`${name}[${i}]`, starts[i]!, i === starts.length - 1 ? Math.max(least, end) : least, most);
  }
}

function checkNegatives({ negatives, table }: Word2VecNegativeSampling, vocabulary: number): void {
  checkInteger("negatives", negatives, 1, mostOutputs - 1);
  checkArray("table", table, "u32", 2 * vocabulary, "vocabulary × 2");
  for (let i = 1; i < table.length; i += 2) checkInteger(`table[${i}]`, table[i]!, 0, vocabulary - 1);
}

/** @returns how many rows there are at least, and the longest path */
function checkPaths(
  { starts, nodes, codes }: Word2VecPaths,
  vocabulary: number,
): { rows: number; longest: number } {
  checkStarts("hierarchicalSoftmax.starts", starts, vocabulary + 1, nodes?.length ?? 0);
  checkArray("hierarchicalSoftmax.nodes", nodes, "i32", starts[vocabulary]!, "starts[vocabulary]");
  checkArray("hierarchicalSoftmax.codes", codes, "u8", starts[vocabulary]!, "starts[vocabulary]");
  let [longest, rows] = [0, 0];
  for (let i = 0; i < vocabulary; i++) {
    const length = starts[i + 1]! - starts[i]!;
    checkInteger(`hierarchicalSoftmax, the path of word ${i}`, length, 0, mostOutputs);
    longest = Math.max(longest, length);
  }
  for (const [i, node] of nodes.entries()) {
    checkInteger(`hierarchicalSoftmax.nodes[${i}]`, node, 0, 2 ** 31 - 2);
    checkInteger(`hierarchicalSoftmax.codes[${i}]`, codes[i]!, 0, 1);
    rows = Math.max(rows, node + 1);
  }
  return { rows, longest };
}

/** @returns how many rows there are at least */
function checkInputRows({ starts, rows }: Word2VecInputRows, vocabulary: number): number {
  checkStarts("inputRows.starts", starts, vocabulary + 1, rows?.length ?? 0);
  checkArray("inputRows.rows", rows, "i32", starts[vocabulary]!, "starts[vocabulary]");
  for (let i = 0; i < vocabulary; i++) {
    checkInteger(`inputRows, the rows of word ${i}`, starts[i + 1]! - starts[i]!, 1);
  }
  let count = 0;
  for (const [i, row] of rows.entries()) {
    checkInteger(`inputRows.rows[${i}]`, row, 0, 2 ** 31 - 2);
    count = Math.max(count, row + 1);
  }
  return count;
}
