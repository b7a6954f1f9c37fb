/**
 * Where stretches of a text's UTF-8 (lone surrogates as U+FFFD) lie in the text itself. A stretch that is a part of a
 * character has the whole character.
 *
 * @param byteEnds where each ends in bytes, rising; each begins where the one before ends
 * @returns UTF-16 code units, [start, end)
 */
export function utf16Spans(text: string, byteEnds: Uint32Array): { starts: Uint32Array; ends: Uint32Array } {
  const starts = new Uint32Array(byteEnds.length);
  const ends = new Uint32Array(byteEnds.length);
  let unit = 0; // where the character at hand begins
  let byte = 0;
  let code = text.charCodeAt(0);
  let begin = 0;
  for (let index = 0; index < byteEnds.length; index++) {
    const end = byteEnds[index]!;
    if (end === begin) {
      starts[index] = ends[index] = unit;
      continue;
    }
    starts[index] = unit;
    for (;;) {
      const bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : isPair(text, unit, code) ? 4 : 3;
      const units = bytes === 4 ? 2 : 1;
      if (byte + bytes > end) {
        ends[index] = unit + units; // it goes on in the next stretch
        break;
      }
      byte += bytes;
      unit += units;
      code = text.charCodeAt(unit);
      if (byte === end) {
        ends[index] = unit;
        break;
      }
    }
    begin = end;
  }
  return { starts, ends };
}

function isPair(text: string, unit: number, code: number): boolean {
  if ((code & 0xfc00) !== 0xd800) return false;
  return (text.charCodeAt(unit + 1) & 0xfc00) === 0xdc00; // NaN & … is 0
}
