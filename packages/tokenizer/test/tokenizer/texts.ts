import fc from "fast-check";

const awkward = [
  ...[
    "hello",
    " hello",
    "hell",
    "  ",
    "    ",
    "\n\n",
    "\r\n",
    "a",
    "7",
    "é",
    "e\u0301",
    "日本",
    "語",
    "🦙",
    "👨‍👩‍👧‍👦",
  ],
  ...[
    "\ud83e",
    "\udd99",
    "\0",
    "\u0085",
    "\ufeff",
    "\u2028",
    "ſ",
    "\u212a",
    "\u00a0",
    "<|",
    "|>",
    "<|endoftext|",
  ],
];

/** Strings of what tokenizers stumble over, among any others. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...awkward),
      fc.string({ unit: "binary", maxLength: 4 }),
      fc.string({ maxLength: 4 }),
    ),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(""));

/** The text as UTF-8 has it: lone surrogates are U+FFFD. */
export function wellFormed(text: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text));
}
