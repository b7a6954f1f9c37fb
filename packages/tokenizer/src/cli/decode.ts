import { Failure } from "./failure.js";
import { inputsOf, readText, type Input } from "./inputs.js";
import { parse, tokenizerOptions } from "./options.js";
import { Printer } from "./output.js";
import { loadTokenizer } from "./source.js";

/** `decode`: the text of ids. */
export async function decode(args: readonly string[], signal: AbortSignal): Promise<void> {
  const { values, positionals } = parse(args, {
    ...tokenizerOptions,
    "skip-special": { type: "boolean" },
  });
  const { tokenizer } = await loadTokenizer(values);
  const skipSpecialTokens = values["skip-special"] ?? false;
  const printer = new Printer();
  const show = values.json ? (text: string): string => JSON.stringify(text).slice(1, -1) : String;
  for (const input of inputsOf(positionals)) {
    const stream = tokenizer.streamDecoder({ skipSpecialTokens });
    if (values.json) await printer.add('"');
    for await (const ids of readIds(input, signal)) await printer.add(show(stream.push(ids)));
    await printer.add(show(stream.end()));
    if (values.json) await printer.add('"\n');
  }
  await printer.flush();
}

/** Whole numbers between spaces, newlines, commas and brackets, as they come: what `encode` writes, with or without --json. */
async function* readIds(input: Input, signal: AbortSignal): AsyncGenerator<number[], undefined, undefined> {
  let pending = "";
  for await (const text of readText(input, signal)) {
    pending += text;
    // The last number may go on in the next part.
    const end = pending.search(/\d*$/);
    yield numbersIn(pending.slice(0, end), input.name);
    pending = pending.slice(end);
    if (pending.length > 16) throw noId(pending, input.name);
  }
  yield numbersIn(pending, input.name);
}

function numbersIn(text: string, input: string): number[] {
  const strange = /[^\d\s,[\]\uFEFF][^\s,[\]]*/.exec(text);
  if (strange) throw noId(strange[0], input);
  return (text.match(/\d+/g) ?? []).map((digits) => {
    const id = Number(digits);
    if (id > 0xffff_ffff) throw noId(digits, input);
    return id;
  });
}

function noId(text: string, input: string): Failure {
  const where = input === "-" ? "the input" : input;
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return new Failure(`${where} is to have ids, whole numbers, but has "${shown}"`);
}
