import type { TextNormalizer } from "./normalizers/normalizer.js";
import type { Step } from "./preTokenizers/step.js";
import { endOf, type Origin, originOf, startOf, Trace } from "./trace.js";

/** A part of a normalised text, and where in the original it comes from. */
export interface Piece {
  readonly text: string;
  readonly origin: Origin;
}

export function normalizePiece(piece: Piece, normalizer: TextNormalizer): Piece {
  const trace = new Trace();
  const text = normalizer.normalize(piece.text, trace);
  return text === piece.text ? piece : { text, origin: trace.follow(piece.origin) };
}

export function partOf(piece: Piece, begin: number, end: number): Piece {
  if (begin === 0 && end === piece.text.length) return piece;
  return { text: piece.text.slice(begin, end), origin: originOf(piece.origin, begin, end) };
}

/** Pre-tokenizes a text, the scanner's step apart. */
export function cutText(text: string, steps: readonly Step[], isFirst: boolean): string[] {
  let pieces = [text];
  // Where the first piece begins the text.
  let first = isFirst;
  for (const step of steps) {
    if (step.type === "scanner") continue;
    if (step.type === "rewrite") {
      pieces = pieces.map((piece, i) =>
        step.onlyFirst && !(first && i === 0) ? piece : step.normalizer.normalize(piece),
      );
      continue;
    }
    const parts: string[] = [];
    pieces.forEach((piece, i) => {
      step.cut(piece, (begin, end) => {
        if (i === 0 && parts.length === 0 && begin > 0) first = false;
        parts.push(begin === 0 && end === piece.length ? piece : piece.slice(begin, end));
      });
      if (i === 0 && parts.length === 0) first = false;
    });
    pieces = parts;
  }
  return pieces;
}

/** The same, and where the pieces come from. */
export function cutPiece(whole: Piece, steps: readonly Step[]): Piece[] {
  let pieces = [whole];
  for (const step of steps) {
    if (step.type === "scanner") continue;
    if (step.type === "rewrite") {
      pieces = pieces.map((piece) =>
        step.onlyFirst && startOf(piece.origin, 0) !== 0 ? piece : normalizePiece(piece, step.normalizer),
      );
      continue;
    }
    const parts: Piece[] = [];
    for (const piece of pieces) {
      step.cut(piece.text, (begin, end) => void parts.push(partOf(piece, begin, end)));
    }
    pieces = parts;
  }
  return pieces;
}

/** Where [start, end) of a piece lies in the original; what is empty, or was inserted, is empty. */
export function spanOf({ origin }: Piece, start: number, end: number): [number, number] {
  if (start === end) {
    const at = endOf(origin, start);
    return [at, at];
  }
  return [startOf(origin, start), endOf(origin, end)];
}
