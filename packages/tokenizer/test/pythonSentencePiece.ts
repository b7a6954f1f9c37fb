import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What SentencePiece itself makes of texts, by way of its Python package. For `*.node.test.ts` only. */
export interface PythonSentencePiece {
  /** Ids, normalised text, and each piece's begin and end in characters of the text, for each text. */
  run(model: Uint8Array, texts: readonly string[]): readonly PythonResult[];
  /** The texts of rows of ids. */
  decode(model: Uint8Array, rows: readonly (readonly number[])[]): readonly string[];
}

export interface PythonResult {
  readonly ids: readonly number[];
  /** The pieces' begins and ends, in Unicode characters of the text. */
  readonly offsets: readonly number[];
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
    result = []
    for text in job["rows"]:
        pieces = processor.encode(text, out_type="immutable_proto").pieces
        result.append({"ids": [p.id for p in pieces], "offsets": [x for p in pieces for x in (p.begin, p.end)]})
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
    run: (model, texts) => run(model, { decode: false, rows: texts.map(wellFormed) }) as PythonResult[],
    decode: (model, rows) => run(model, { decode: true, rows }) as string[],
  };
}

/** With U+FFFD for lone surrogates, which Python cannot pass on. */
function wellFormed(text: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text));
}

/** What a skipped test says of itself. */
export const wantsPython = " (skipped: wants Python with sentencepiece)";
