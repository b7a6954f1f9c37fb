import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installPeers } from "./install.ts";

/** How word vectors are trained, in each contender. */
export interface Word2vecWork {
  architecture: "skipgram" | "cbow";
  objective: "negativeSampling" | "hierarchicalSoftmax";
  dim: number;
  window: number;
  negatives: number;
  subsample: number;
  minimumCount: number;
  epochs: number;
}

/** What a peer says of its training. */
export interface PeerRun {
  /** Of training alone: the vocabulary is there, and nothing is written. */
  seconds: number;
  /** Where the vectors are, in word2vec's binary format. */
  path: string;
}

const folder = new URL("./word2vec/", import.meta.url);

/**
 * word2vec.c, built from the source that npm `word2vec` carries with the flags of its makefile, or the program that the environment
 * variable WORD2VEC names. A reason where there is none.
 *
 * This source seeks to the start of its part after each epoch, which clears the end of the file for `feof`. The one on GitHub keeps that in a
 * variable which it does not reset, and so trains one epoch on one thread, whatever -iter says: `trainWithC` fails with such a program.
 */
export function buildWord2vecC(): { program: string } | { absent: string } {
  const named = process.env["WORD2VEC"];
  if (named !== undefined) return { program: named };
  installPeers("word2vec");
  const program = fileURLToPath(new URL("dist/word2vec", folder));
  const source = fileURLToPath(new URL("node_modules/word2vec/src/word2vec.c", folder));
  if (existsSync(program)) return { program };
  mkdirSync(new URL("dist/", folder), { recursive: true });
  const flags = ["-O3", "-march=native", "-funroll-loops", "-fno-stack-protector", "-w"];
  try {
    execFileSync("gcc", [source, "-o", program, ...flags, "-lm", "-pthread"], { stdio: "inherit" });
  } catch (error) {
    return { absent: `gcc does not build it: ${String(error)}` };
  }
  return { program };
}

/** Trains with word2vec.c on one thread. The seconds are those of its own last report, of the processor. */
export function trainWithC(program: string, corpus: string, work: Word2vecWork): PeerRun {
  const path = join(tmpdir(), `lanewise-word2vec-c-${process.pid}.bin`);
  const isCbow = work.architecture === "cbow";
  const options = {
    train: corpus,
    output: path,
    cbow: isCbow ? 1 : 0,
    hs: work.objective === "hierarchicalSoftmax" ? 1 : 0,
    negative: work.objective === "hierarchicalSoftmax" ? 0 : work.negatives,
    size: work.dim,
    window: work.window,
    sample: work.subsample,
    "min-count": work.minimumCount,
    iter: work.epochs,
    alpha: isCbow ? 0.05 : 0.025,
    threads: 1,
    binary: 1,
  };
  const output = execFileSync(
    program,
    Object.entries(options).flatMap(([name, value]) => [`-${name}`, String(value)]),
    { encoding: "utf8", maxBuffer: 1 << 28 },
  );
  const [, trained] = /Words in train file: ([0-9]+)/.exec(output) ?? [];
  const [, progress, thousands] =
    /.*Progress: ([0-9.]+)%  Words\/thread\/sec: ([0-9.]+)k/s.exec(output) ?? [];
  if (!(Number(progress) > 95)) {
    throw new Error(`${program} stopped at ${progress} % of ${work.epochs} epochs: mend its end of file`);
  }
  // It counts the ends of lines as words.
  const words = Number(trained) * work.epochs;
  return { seconds: words / (1000 * Number(thousands)), path };
}

/** The Python that has gensim, and its version; a reason where there is none. */
export function findGensim(): { python: string; version: string } | { absent: string } {
  for (const python of [process.env["PYTHON"], "python3", "/usr/bin/python3"]) {
    if (python === undefined) continue;
    try {
      const version = execFileSync(python, ["-c", "import gensim; print(gensim.__version__)"], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      return { python, version: version.trim() };
    } catch {
      continue;
    }
  }
  return { absent: "no Python with gensim (Debian: python3-gensim)" };
}

/** Trains with gensim, on one worker, from a file: its fastest way. */
export function trainWithGensim(python: string, corpus: string, work: Word2vecWork): PeerRun {
  const path = join(tmpdir(), `lanewise-gensim-${process.pid}.bin`);
  const script = fileURLToPath(new URL("gensimWord2vec.py", import.meta.url));
  const output = execFileSync(python, [script], {
    encoding: "utf8",
    input: JSON.stringify({ ...work, corpus, path }),
    env: { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const { seconds } = JSON.parse(output) as { seconds: number };
  return { seconds, path };
}
