import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What SentencePiece itself makes of texts, by way of its Python package. For `*.node.test.ts` only. */
export interface PythonSentencePiece {
  /** The ids of each text. */
  encode(model: Uint8Array, texts: readonly string[]): readonly (readonly number[])[];
  /** The texts of rows of ids. */
  decode(model: Uint8Array, rows: readonly (readonly number[])[]): readonly string[];
}

const script = `
import json, sys
import sentencepiece
model, work = sys.argv[1:3]
processor = sentencepiece.SentencePieceProcessor(model_file=model)
job = json.load(open(work, encoding="utf-8"))
if job["decode"]:
    result = [processor.decode(row) for row in job["rows"]]
else:
    result = processor.encode(job["rows"])
json.dump(result, sys.stdout)
`;

/** Undefined where no Python with sentencepiece is to be had: then the test is skipped. */
export function findPythonSentencePiece(): PythonSentencePiece | undefined {
  const python = ["python3", "/usr/bin/python3"].find(
    (command) => spawnSync(command, ["-c", "import sentencepiece"]).status === 0,
  );
  if (!python) return undefined;

  const run = (model: Uint8Array, job: object): unknown => {
    const folder = mkdtempSync(join(tmpdir(), "sentencepiece-"));
    try {
      writeFileSync(join(folder, "model"), model);
      writeFileSync(join(folder, "job.json"), JSON.stringify(job));
      const args = ["-c", script, join(folder, "model"), join(folder, "job.json")];
      const { status, stdout, stderr } = spawnSync(python, args, { encoding: "utf8", maxBuffer: 2 ** 30 });
      if (status !== 0) throw new Error(`python: ${stderr}`);
      return JSON.parse(stdout);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  return {
    encode: (model, texts) => run(model, { decode: false, rows: texts.map(wellFormed) }) as number[][],
    decode: (model, rows) => run(model, { decode: true, rows }) as string[],
  };
}

/** With U+FFFD for lone surrogates, which Python cannot pass on. */
function wellFormed(text: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text));
}

/** What a skipped test says of itself. */
export const wantsPython = " (skipped: wants Python with sentencepiece)";
