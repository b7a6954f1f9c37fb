import { inputsOf, readParts, type Input } from "./inputs.js";
import { parse, tokenizerOptions } from "./options.js";
import { Printer } from "./output.js";
import { loadTokenizer, type LoadedTokenizer } from "./source.js";
import { policyOf, withoutSpecial } from "./special.js";

/** `encode`: the ids of each file, a line a file. */
export async function encode(args: readonly string[], signal: AbortSignal): Promise<void> {
  const { values, positionals } = parse(args, {
    ...tokenizerOptions,
    special: { type: "string" },
    text: { type: "string" },
  });
  const specialTokens = policyOf(values.special);
  const inputs = inputsOf(positionals, values.text);
  const loaded = await loadTokenizer(values);
  const [begin, separator, end] = values.json ? ["[", ",", "]\n"] : ["", " ", "\n"];
  const printer = new Printer();
  for (const input of inputs) {
    await printer.add(begin);
    let isFirst = true;
    for await (const ids of encodeParts(input, loaded, { specialTokens, signal })) {
      if (ids.length === 0) continue;
      await printer.add((isFirst ? "" : separator) + ids.join(separator));
      isFirst = false;
    }
    await printer.add(end);
  }
  await printer.flush();
}

async function* encodeParts(
  input: Input,
  { tokenizer, cut }: LoadedTokenizer,
  { specialTokens, signal }: { specialTokens: ReturnType<typeof policyOf>; signal: AbortSignal },
): AsyncGenerator<Uint32Array, undefined, undefined> {
  let isEmpty = true;
  for await (const part of readParts(input, cut, signal)) {
    isEmpty = false;
    yield withoutSpecial(input.name, () => tokenizer.encode(part, { specialTokens }));
  }
  // A template puts its tokens around nothing, too.
  if (isEmpty) yield tokenizer.encode("", { specialTokens });
}
