import { execFile, execFileSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  readGloveText,
  readWord2vecBinary,
  readWord2vecText,
  WordVectors,
  writeGloveText,
  writeWord2vecBinary,
  writeWord2vecText,
} from "../../src/word2vec/index.js";
import { noise } from "../variants.js";

/** A Python that has gensim, if there is one on the path or where Debian has it. */
const python = ["python3", "/usr/bin/python3"].find((command) => {
  try {
    execFileSync(command, ["-c", "import gensim"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

/** Reads a file, and writes it as gensim does, beside words and numbers as JSON and raw float32. */
const script = `
import json, sys
from gensim.models import KeyedVectors
path, binary, header = sys.argv[1], sys.argv[2] == "binary", sys.argv[3] == "header"
vectors = KeyedVectors.load_word2vec_format(path, binary=binary, no_header=not header)
vectors.save_word2vec_format(path + ".out", binary=binary, write_header=header)
vectors.vectors.astype("<f4").tofile(path + ".floats")
print(json.dumps([vectors.index_to_key, vectors.most_similar(vectors.index_to_key[5], topn=5)]))
`;

describe.skipIf(python === undefined)(`gensim${python ? "" : " (no Python with gensim here)"}`, () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lanewise-gensim-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const words = ["</s>", "naïve", "日本語", "\u{1f600}", "\ufeff", "a\u00a0b", "5", "x\u0301"];
  for (let i = 0; i < 200; i++) words.push(`w${i}`);
  const dim = 30;
  const matrix = noise(words.length * dim, 6, 2);
  matrix.set([1e-5, -2.5e-7, 3e-20, 1e-45, -0, 123_456.789, 1e9, 1 / 3]);
  const vectors = WordVectors.from(words, matrix);

  it.each([
    ["text", "header", writeWord2vecText, readWord2vecText],
    ["binary", "header", writeWord2vecBinary, readWord2vecBinary],
    ["text", "bare", writeGloveText, readGloveText],
  ] as const)(
    "reads our %s files (%s), finds what we find, and we read its",
    async (form, header, write, read) => {
      const path = join(folder, `${form}-${header}`);
      await writeFile(path, write(vectors));
      const { stdout } = await promisify(execFile)(python!, ["-c", script, path, form, header]);
      const [keys, nearest] = JSON.parse(stdout) as [string[], [string, number][]];
      expect(keys).toEqual(words);
      const floats: Uint8Array[] = [];
      for await (const piece of createReadStream(`${path}.floats`)) floats.push(piece as Uint8Array);
      expect(new Float32Array(Uint8Array.from(Buffer.concat(floats)).buffer)).toEqual(matrix);
      const found = vectors.nearest(words[5]!, { k: 5 });
      expect(found.map(({ word }) => word)).toEqual(nearest.map(([word]) => word));
      found.forEach(({ similarity }, i) => expect(similarity).toBeCloseTo(nearest[i]![1], 5));
      using back = await read(createReadStream(`${path}.out`, { highWaterMark: 1000 }));
      expect(back.words).toEqual(words);
      expect(back.matrix()).toEqual(matrix);
    },
    30_000,
  );
});
