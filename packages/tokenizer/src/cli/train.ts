import { extname } from "node:path";
import type { TokenizerDefinition } from "../definition.js";
import type { Training, TrainingDocuments } from "../train/events.js";
import { Failure, messageOf, misused } from "./failure.js";
import { inputsOf, readParts, type Cut, type Input } from "./inputs.js";
import { numberOf, oneOf, parse } from "./options.js";
import { checkFolder, print, writeWhole } from "./output.js";
import { ProgressBar } from "./progress.js";
import { scannerNames } from "./source.js";

const types = ["bpe", "sentencepiece-bpe", "wordpiece", "unigram"] as const;
type TrainerType = (typeof types)[number];

const outputFormats = ["json", "model", "tiktoken", "vocab", "bin"] as const;
type OutputFormat = (typeof outputFormats)[number];

/** Which files hold which tokenizers: known before anything is trained. */
const formatsOf: Readonly<Record<TrainerType, readonly OutputFormat[]>> = {
  bpe: ["json", "tiktoken"],
  "sentencepiece-bpe": ["json", "model", "bin"],
  wordpiece: ["json", "vocab"],
  unigram: ["json", "model"],
};

const options = {
  type: { type: "string" },
  "vocab-size": { type: "string" },
  output: { type: "string", short: "o" },
  format: { type: "string" },
  scanner: { type: "string" },
  "special-token": { type: "string", multiple: true },
  "minimum-frequency": { type: "string" },
  "character-coverage": { type: "string" },
  "byte-fallback": { type: "boolean" },
  json: { type: "boolean" },
} as const;

type Values = ReturnType<typeof parse<typeof options>>["values"];

/** `train`: a tokenizer from text, into a file. */
export async function train(args: readonly string[], signal: AbortSignal): Promise<void> {
  const { values, positionals } = parse(args, options);
  const type = oneOf("type", values.type ?? "bpe", types);
  if (values["vocab-size"] === undefined)
    throw misused("--vocab-size is missing: how many tokens there are to be");
  if (!values.output) throw misused("--output is missing: the file to write");
  const { output } = values;
  const vocabularySize = numberOf("vocab-size", values["vocab-size"]);
  const format = formatOf(output, values.format, type);
  checkMeant(values, type);
  await checkFolder(output);

  const started = performance.now();
  const documents = documentsOf(inputsOf(positionals), type === "bpe" ? "words" : "lines", signal);
  const training = await startTraining(type, documents, vocabularySize, values, signal);
  const progress = new ProgressBar();
  let definition: TokenizerDefinition;
  try {
    for await (const event of training) progress.show(event, vocabularySize);
    definition = await training.definition;
  } finally {
    progress.clear();
  }
  const seconds = (performance.now() - started) / 1000;
  await writeWhole(output, await write(definition, format), signal);

  const tokens = sizeOf(definition);
  if (values.json) return print(`${JSON.stringify({ output, type, format, tokens, seconds })}\n`);
  const fewer = tokens < vocabularySize ? ` (the text has no more than that for ${type})` : "";
  await print(`${output}: ${tokens} tokens in ${seconds.toFixed(1)} s${fewer}\n`);
}

/** By the option, or by the file's name. @throws Failure (exit code 2) where the format does not hold such a tokenizer */
function formatOf(output: string, format: string | undefined, type: TrainerType): OutputFormat {
  const named: Readonly<Record<string, OutputFormat>> = {
    ".json": "json",
    ".model": "model",
    ".tiktoken": "tiktoken",
    ".txt": "vocab",
    ".bin": "bin",
  };
  const chosen = format === undefined ? named[extname(output)] : oneOf("format", format, outputFormats);
  if (chosen === undefined) {
    throw misused(
      `${output}: say in what format, --format ${outputFormats.join("|")}, or end the name in .json`,
    );
  }
  if (formatsOf[type].includes(chosen)) return chosen;
  throw misused(`--type ${type} is written as ${formatsOf[type].join(" or ")}, not as ${chosen}`);
}

/** @throws Failure (exit code 2) for an option that the trainer has no use for */
function checkMeant(values: Values, type: TrainerType): void {
  const meant: Readonly<Record<string, readonly TrainerType[]>> = {
    scanner: ["bpe"],
    "minimum-frequency": ["bpe", "sentencepiece-bpe", "wordpiece"],
    "character-coverage": ["sentencepiece-bpe", "unigram"],
    "byte-fallback": ["sentencepiece-bpe", "unigram"],
  };
  for (const [option, trainers] of Object.entries(meant)) {
    if (values[option as keyof Values] !== undefined && !trainers.includes(type)) {
      throw misused(`--${option} is for --type ${trainers.join(" and ")}, not ${type}`);
    }
  }
}

async function* documentsOf(
  inputs: readonly Input[],
  cut: Cut,
  signal: AbortSignal,
): AsyncGenerator<string, undefined, undefined> {
  for (const input of inputs) yield* readParts(input, cut, signal);
}

/** @throws Failure (exit code 2) where an option is out of its range */
async function startTraining(
  type: TrainerType,
  documents: TrainingDocuments,
  vocabularySize: number,
  values: Values,
  signal: AbortSignal,
): Promise<Training> {
  const trainers = await import("../train/index.js");
  const specialTokens = values["special-token"];
  const number = (name: "minimum-frequency" | "character-coverage"): number | undefined =>
    values[name] === undefined ? undefined : numberOf(name, values[name]);
  const minimumFrequency = number("minimum-frequency");
  const characterCoverage = number("character-coverage");
  const common = { vocabularySize, specialTokens, signal };
  const scanner =
    values.scanner === undefined ? undefined : oneOf("scanner", values.scanner, [...scannerNames, "none"]);
  try {
    switch (type) {
      case "bpe":
        return trainers.trainBpe(documents, { ...common, scanner, minimumFrequency });
      case "sentencepiece-bpe":
        return trainers.trainSentencePieceBpe(documents, {
          ...common,
          minimumFrequency,
          characterCoverage,
          byteFallback: values["byte-fallback"],
        });
      case "wordpiece":
        return trainers.trainWordPiece(documents, { ...common, minimumFrequency });
      case "unigram":
        return trainers.trainUnigram(documents, {
          ...common,
          characterCoverage,
          byteFallback: values["byte-fallback"],
        });
    }
  } catch (cause) {
    throw new Failure(messageOf(cause), 2, { cause });
  }
}

async function write(definition: TokenizerDefinition, format: OutputFormat): Promise<Uint8Array | string> {
  const formats = await import("../formats/index.js");
  switch (format) {
    case "json":
      return formats.writeTokenizerJson(definition);
    case "model":
      return formats.writeSentencePiece(definition);
    case "tiktoken":
      return formats.writeTiktoken(definition);
    case "vocab":
      return formats.writeVocabTxt(definition);
    case "bin":
      return formats.writeLlama2c(definition);
  }
}

/** One more than the highest id. */
function sizeOf({ model, addedTokens = [] }: TokenizerDefinition): number {
  return addedTokens.reduce((most, { id }) => Math.max(most, id + 1), model.vocabulary.size);
}
