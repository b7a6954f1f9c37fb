import type { WordPieceModel } from "../definition.js";

/**
 * WordPiece as it is defined: of a word the longest beginning that is a token, then of the rest the longest that is one with
 * the prefix before it. O(characters²) lookups.
 *
 * @returns ids, and where each ends in the word's UTF-8
 */
export function wordPiece(word: string, model: WordPieceModel): { ids: number[]; ends: number[] } {
  const { vocabulary, unknownId, continuingPrefix, maxCharactersPerWord } = model;
  const ids = new Map<string, number>();
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for (let id = 0; id < vocabulary.size; id++) {
    const token = decoder.decode(vocabulary.token(id));
    if (token !== "" && !ids.has(token)) ids.set(token, id);
  }
  const bytes = (text: string): number => new TextEncoder().encode(text).length;
  const characters = [...word];
  const unknown = { ids: [unknownId], ends: [bytes(word)] };
  if (characters.length > maxCharactersPerWord) return unknown;
  const found: { ids: number[]; ends: number[] } = { ids: [], ends: [] };
  for (let begin = 0; begin < characters.length;) {
    let end = characters.length;
    let id: number | undefined;
    for (; end > begin && id === undefined; end--) {
      const part = characters.slice(begin, end).join("");
      id = ids.get(begin > 0 ? continuingPrefix + part : part);
      if (id !== undefined) break;
    }
    if (id === undefined) return unknown;
    found.ids.push(id);
    found.ends.push(bytes(characters.slice(0, end).join("")));
    begin = end;
  }
  return found;
}
