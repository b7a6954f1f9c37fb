import { inputsOf, readParts } from "./inputs.js";
import { parse, tokenizerOptions } from "./options.js";
import { print } from "./output.js";
import { loadTokenizer } from "./source.js";
import { policyOf, withoutSpecial } from "./special.js";

/** `count`: how many tokens each file has. */
export async function count(args: readonly string[], signal: AbortSignal): Promise<void> {
  const { values, positionals } = parse(args, {
    ...tokenizerOptions,
    special: { type: "string" },
    text: { type: "string" },
  });
  const specialTokens = policyOf(values.special);
  const inputs = inputsOf(positionals, values.text);
  const { tokenizer, cut } = await loadTokenizer(values);
  const files: { file: string; tokens: number }[] = [];
  for (const input of inputs) {
    let tokens = 0;
    let isEmpty = true;
    for await (const part of readParts(input, cut, signal)) {
      tokens += withoutSpecial(input.name, () => tokenizer.count(part, { specialTokens }));
      isEmpty = false;
    }
    // A template puts its tokens around nothing, too.
    if (isEmpty) tokens = tokenizer.count("", { specialTokens });
    files.push({ file: input.name, tokens });
  }
  const total = files.reduce((sum, { tokens }) => sum + tokens, 0);
  if (values.json) return print(`${JSON.stringify({ tokenizer: tokenizer.name, tokens: total, files })}\n`);
  const lines = files.map(({ file, tokens }) => (file === "-" ? `${tokens}` : `${tokens} ${file}`));
  if (files.length > 1) lines.push(`${total} total`);
  await print(lines.map((line) => `${line}\n`).join(""));
}
