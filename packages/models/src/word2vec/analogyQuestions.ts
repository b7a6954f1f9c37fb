import { FormatError } from "@lanewise/core-wasm";
import { quote } from "../io/headerJson.js";

/** a is to b as c is to d. */
export type AnalogyQuestion = readonly [a: string, b: string, c: string, d: string];

/** Questions of one kind. */
export interface AnalogySection {
  /** Names that begin with "gram" are syntactic, as in word2vec's file; the others are semantic. */
  readonly name: string;
  readonly questions: readonly AnalogyQuestion[];
}

/**
 * Reads questions in the format of word2vec's questions-words.txt: ": name" begins a section, and each other line has four words. Empty lines are
 * passed over.
 *
 * @throws FormatError that names the line
 */
export function readAnalogies(text: string): AnalogySection[] {
  const sections: { name: string; questions: AnalogyQuestion[] }[] = [];
  const lines = text.replace(/^\ufeff/, "").split("\n");
  for (const [i, line] of lines.entries()) {
    const where = `line ${i + 1}`;
    const parts = line.split(/[ \t\r]+/).filter((part) => part !== "");
    if (parts[0]?.startsWith(":")) {
      sections.push({ name: line.slice(line.indexOf(":") + 1).trim(), questions: [] });
    } else if (parts.length > 0) {
      const section = sections.at(-1);
      if (section === undefined)
        throw new FormatError(where, '":" and the name of a section before all questions', quote(line));
      const [a, b, c, d, more] = parts;
      if (d === undefined || more !== undefined) throw new FormatError(where, "four words", quote(line));
      section.questions.push([a!, b!, c!, d]);
    }
  }
  return sections;
}
