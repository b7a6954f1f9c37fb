import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import cl100kBase from "../../src/encodings/cl100k_base.js";
import o200kBase from "../../src/encodings/o200k_base.js";
import { Tokenizer } from "../../src/tokenizer.js";
import { nodes } from "./nodes.js";

const bin = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Run {
  readonly input?: string | Iterable<string>;
  readonly node?: string;
  readonly flags?: readonly string[];
  /** Sent once something was read. */
  readonly interrupt?: boolean;
}

async function run(
  args: readonly string[],
  { input, node, flags = [], interrupt }: Run = {},
): Promise<Outcome> {
  const child = spawn(node ?? process.execPath, [...flags, bin, ...args], { cwd: folder });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.on("error", () => undefined); // it may end before it has read all
  const closed = once(child, "close");
  for (const part of typeof input === "string" ? [input] : (input ?? [])) {
    if (!child.stdin.write(part)) await Promise.race([once(child.stdin, "drain"), closed]);
  }
  if (interrupt) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    child.kill("SIGINT");
  } else {
    child.stdin.end();
  }
  const [code] = (await closed) as [number | null];
  return { code, stdout, stderr };
}

let folder = "";
const inFolder = (name: string): string => join(folder, name);
const text = "Small models, full speed: café 🦙\u0085 naïve.\r\n\n  Two  spaces.";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lanewise-cli-"));
  if (!existsSync(bin)) throw new Error(`${bin} is not built: npm run build`);
  writeFileSync(inFolder("a.txt"), text);
  writeFileSync(inFolder("b.txt"), "two");
  writeFileSync(inFolder("corpus.txt"), corpus);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const corpus = Array.from(
  { length: 400 },
  (_, i) =>
    `Line ${i}: the cat sat on the mat, and the ${["dog", "bird", "naïve fish"][i % 3]} sat on the log.\n`,
).join("");

describe.each([...nodes])("the command line on Node %s", (_, node) => {
  it("counts, encodes and decodes files and standard input", async () => {
    const tokenizer = await Tokenizer.load(o200kBase);
    const ids = [...tokenizer.encode(text)];
    expect(await run(["count", "a.txt"], { node })).toEqual({
      code: 0,
      stdout: `${ids.length} a.txt\n`,
      stderr: "",
    });
    expect(await run(["encode"], { node, input: text })).toMatchObject({
      code: 0,
      stdout: `${ids.join(" ")}\n`,
    });
    expect(await run(["decode"], { node, input: ids.join("\n") })).toMatchObject({ code: 0, stdout: text });
    tokenizer.dispose();
  });

  it("trains, and uses what it trained", async () => {
    const output = `${node.length}.json`;
    const trained = await run(
      ["train", "--type", "unigram", "--vocab-size", "80", "-o", output, "corpus.txt"],
      { node },
    );
    expect(trained).toMatchObject({ code: 0, stderr: "" });
    expect(trained.stdout).toMatch(/^\d+\.json: 80 tokens in [\d.]+ s\n$/);
    const encoded = await run(["encode", "--tokenizer", output, "--text", "the cat sat"], { node });
    expect(encoded.code).toBe(0);
    const decoded = await run(["decode", "--tokenizer", output], { node, input: encoded.stdout });
    expect(decoded.stdout).toBe("the cat sat");
  });
});

describe("count", () => {
  it("adds several files up", async () => {
    const { stdout } = await run(["count", "a.txt", "b.txt", "-"], { input: "three more words" });
    const counts = stdout
      .trimEnd()
      .split("\n")
      .map((line) => Number.parseInt(line));
    expect(stdout).toMatch(/^\d+ a\.txt\n1 b\.txt\n3\n\d+ total\n$/);
    expect(counts[3]).toBe(counts[0]! + 1 + 3);
  });

  it("says the same as JSON", async () => {
    const { stdout } = await run(["count", "--json", "--encoding", "gpt2", "b.txt"]);
    expect(JSON.parse(stdout)).toEqual({
      tokenizer: "gpt2",
      tokens: 1,
      files: [{ file: "b.txt", tokens: 1 }],
    });
  });

  it("counts nothing in nothing", async () => {
    expect((await run(["count"], { input: "" })).stdout).toBe("0\n");
  });

  it("takes more text than it has memory for", async () => {
    const part = "The quick brown fox jumps over the lazy dog, again and again.\n".repeat(1000);
    function* parts(): Generator<string> {
      for (let i = 0; i < 1200; i++) yield part; // 74 MB
    }
    const { code, stdout } = await run(["count"], { flags: ["--max-old-space-size=48"], input: parts() });
    const one = await run(["count"], { input: part });
    expect(code).toBe(0);
    expect(Number(stdout)).toBe(1200 * Number(one.stdout));
  });
});

describe("encode and decode", () => {
  it("give for a text in parts what they give for the whole", async () => {
    const tokenizer = await Tokenizer.load(cl100kBase);
    // Longer than a part, in all manner of characters.
    const long = Array.from(
      { length: 30_000 },
      (_, i) =>
        `${text.slice(i % 40)}${" ".repeat(i % 4)}word ${i} ${String.fromCodePoint(0x370 + (i % 0x1000))}`,
    )
      .join("")
      .replace(/\p{Surrogate}/gu, "\uFFFD");
    writeFileSync(inFolder("long.txt"), long);
    const { stdout } = await run(["encode", "--json", "--encoding", "cl100k_base", "long.txt"]);
    expect(JSON.parse(stdout)).toEqual([...tokenizer.encode(long)]);
    const decoded = await run(["decode", "--encoding", "cl100k_base"], { input: stdout });
    expect(decoded.stdout === long).toBe(true);
    tokenizer.dispose();
  });

  it("take a text of the command line, and print a line a file", async () => {
    expect((await run(["encode", "--text", "hello world", "b.txt"])).stdout).toBe("24912 2375\n38397\n");
    expect((await run(["encode", "--json", "--text", ""])).stdout).toBe("[]\n");
  });

  it("read ids as they are written, and write text as JSON", async () => {
    const { stdout } = await run(["decode", "--json"], { input: "[24912, 2375]\n" });
    expect(JSON.parse(stdout)).toBe("hello world");
  });

  it("want to be told of control tokens", async () => {
    const input = "a<|endoftext|>";
    const refused = await run(["encode"], { input });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(
      /^tokenizer: the text has the control token <\|endoftext\|>: [^\n]*--special[^\n]*\n$/,
    );
    expect((await run(["encode", "--special", "allow"], { input })).stdout).toBe("64 199999\n");
    expect((await run(["count", "--special", "text"], { input })).stdout).not.toBe("2\n");
    expect((await run(["decode", "--skip-special"], { input: "64 199999" })).stdout).toBe("a");
  });

  it.skipIf(!existsSync("/dev/full"))("say in a line that there is no room for what they write", async () => {
    const full = openSync("/dev/full", "w");
    const child = spawn(process.execPath, [bin, "encode", inFolder("a.txt")], {
      stdio: ["ignore", full, "pipe"],
    });
    closeSync(full);
    let stderr = "";
    child.stderr!.on("data", (text: Buffer) => (stderr += text.toString()));
    expect(await once(child, "close")).toEqual([1, null]);
    expect(stderr).toMatch(/^tokenizer: cannot write to standard output: ENOSPC.*\n$/);
  });

  it("stop where nobody reads on", async () => {
    const child = spawn(process.execPath, [bin, "encode", "long.txt"], { cwd: folder });
    let stderr = "";
    child.stderr.on("data", (data) => (stderr += String(data)));
    await once(child.stdout, "data");
    child.stdout.destroy();
    const [code] = (await once(child, "close")) as [number | null];
    expect([code, stderr]).toEqual([0, ""]);
  });
});

describe("train", () => {
  const formats = [
    ["bpe", "bpe.json", 300],
    ["bpe", "bpe.tiktoken", 300],
    ["sentencepiece-bpe", "spm.model", 320],
    ["sentencepiece-bpe", "spm.bin", 320],
    ["wordpiece", "vocab.txt", 80],
    ["wordpiece", "wordpiece.json", 80],
    ["unigram", "unigram.model", 80],
  ] as const;

  it.each(formats)("writes %s to %s, to be read by what it holds", async (type, output, size) => {
    const args = ["train", "--type", type, "--vocab-size", String(size), "--output", output, "--json"];
    const trained = await run([...args, "corpus.txt"]);
    expect(trained).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(trained.stdout)).toMatchObject({ output, type, tokens: size });
    // The name tells nothing.
    writeFileSync(inFolder("anything"), readFileSync(inFolder(output)));
    const { code, stdout } = await run([
      "encode",
      "--tokenizer",
      "anything",
      "--text",
      "the cat sat on the mat",
    ]);
    expect(code).toBe(0);
    const decoded = await run(["decode", "--tokenizer", "anything", "--skip-special"], { input: stdout });
    expect(decoded.stdout).toBe("the cat sat on the mat");
  });

  it("says where there is not so much to learn", async () => {
    const { code, stdout } = await run(["train", "--vocab-size", "5000", "-o", "few.json"], {
      input: "ab ab ab",
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^few\.json: 2\d\d tokens .* \(the text has no more than that for bpe\)\n$/);
  });

  it("writes nothing where it is interrupted, and ends with 130", async () => {
    const before = readdirSync(folder);
    const args = ["train", "--vocab-size", "1000", "-o", "half.json"];
    const outcome = await run(args, { input: corpus, interrupt: true });
    expect(outcome).toEqual({ code: 130, stdout: "", stderr: "tokenizer: interrupted\n" });
    expect(readdirSync(folder)).toEqual(before);
  });

  it("leaves a file as it was where it fails", async () => {
    writeFileSync(inFolder("kept.json"), "mine");
    const { code } = await run(["train", "--vocab-size", "1000", "-o", "kept.json", "missing.txt"]);
    expect([code, readFileSync(inFolder("kept.json"), "utf8")]).toEqual([1, "mine"]);
  });
});

describe("help, version and mistakes", () => {
  it("has help with an example for each command, and the version", async () => {
    for (const args of [
      ["--help"],
      ["count", "--help"],
      ["help", "train"],
      ["encode", "-h"],
      ["decode", "--help"],
    ]) {
      const { code, stdout, stderr } = await run(args);
      expect([code, stderr], args.join(" ")).toEqual([0, ""]);
      expect(stdout).toMatch(/Example: .*npx @lanewise\/tokenizer /);
      for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(130);
    }
    const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
    expect((await run(["--version"])).stdout).toBe(
      `${(JSON.parse(manifest) as { version: string }).version}\n`,
    );
  });

  const mistakes: [args: string[], code: number, says: string][] = [
    [[], 2, "a command is missing"],
    [["tokenise"], 2, 'no command "tokenise"'],
    [["count", "--bogus"], 2, "--bogus"],
    [["count", "--encoding", "o300k"], 2, "o300k"],
    [["count", "--encoding", "gpt2", "--tokenizer", "x.json"], 2, "give one"],
    [["count", "--scanner", "r50k"], 2, "--scanner"],
    [["count", "--special", "maybe"], 2, "maybe"],
    [["count", "missing.txt"], 1, "missing.txt: there is no such file"],
    [["count", "."], 1, "cannot read ."],
    [["count", "--tokenizer", "missing.json"], 1, "missing.json"],
    [["count", "--tokenizer", "a.txt"], 1, "no tokenizer"],
    [["decode", "a.txt"], 1, '"Small"'],
    [["train", "-o", "x.json"], 2, "--vocab-size"],
    [["train", "--vocab-size", "300"], 2, "--output"],
    [["train", "--vocab-size", "300", "-o", "", "--format", "json", "a.txt"], 2, "--output"],
    [["train", "--vocab-size", "many", "-o", "x.json"], 2, "many"],
    [["train", "--vocab-size", "10", "-o", "x.json"], 2, "vocabularySize"],
    [["train", "--vocab-size", "300", "-o", "x.doc"], 2, "x.doc"],
    [["train", "--vocab-size", "300", "-o", "x.model"], 2, "json or tiktoken"],
    [["train", "--vocab-size", "300", "-o", "none/x.json"], 1, "none"],
    [
      ["train", "--type", "unigram", "--minimum-frequency", "3", "--vocab-size", "300", "-o", "x.json"],
      2,
      "--minimum-frequency",
    ],
  ];

  it.each(mistakes)("%j: one line, and exit code %i", async (args, code, says) => {
    const outcome = await run(args, { input: "text" });
    expect(outcome).toMatchObject({ code, stdout: "" });
    expect(outcome.stderr).toMatch(/^tokenizer: [^\n]+\n$/);
    expect(outcome.stderr).toContain(says);
  });

  it("refuses ids that are none", async () => {
    expect(await run(["decode"], { input: "1 999999999" })).toMatchObject({ code: 1 });
    expect(await run(["decode"], { input: "1 -2" })).toMatchObject({ code: 1 });
    expect(await run(["decode"], { input: "1".repeat(400) })).toMatchObject({ code: 1 });
  });
});
