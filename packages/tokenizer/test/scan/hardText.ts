import fc from "fast-check";

/** What the patterns' rules meet at: one of every class, and what is easily taken for another. */
export const hardStrings: readonly string[] = [
  ..."aAbBsStTrReEvVmMlLdDkK",
  ..."éÉßſKǅʰªаЯαΩ字漢がㄱ한กאع",
  ..."12٣½Ⅷ",
  ..."\u0301\u0300\u20dd\u0e31\ufe0f\u200d\u200b",
  ..."'’\"./!?-_^#()[]{}«„،、。，䷀",
  ..." \t\n\r\v\f\u0085\u00a0\u1680\u2003\u2028\u2029\u202f\u3000\ufeff\u180e\u0000\u001f\u007f",
  ..."😀👍🏽🇩🇪€∑\ufffd\uffff\u{10ffff}\u{e0100}",
  ..."𝐀𝐚𐐀𐐨𞤀𞤢𠀀𝟘\u{1e5d0}\u{1c89}",
  ...["'s", "'S", "'ſ", "'ll", "'LL", "'lL", "'re", "'RE", "'ve", "'m", "'d", "'T", "'l", "'r", "''"],
  ...[
    "  ",
    "   ",
    "\r\n",
    "\r\n\r\n",
    "\n\n",
    " \n",
    "\n ",
    "\t\t",
    "//",
    "/\n",
    "123",
    "1234567",
    "the",
    " The",
    "ABC",
  ],
];

/** Lone halves of surrogate pairs, which count as U+FFFD. */
export const loneSurrogates: readonly string[] = ["\ud800", "\udfff", "\udc00"];

/** Strings that mix all of it, with runs. */
export function hardText(maxLength: number): fc.Arbitrary<string> {
  const part = fc.oneof(
    { arbitrary: fc.constantFrom(...hardStrings), weight: 12 },
    { arbitrary: fc.constantFrom(...loneSurrogates), weight: 1 },
    { arbitrary: fc.string({ unit: "binary", maxLength: 4 }), weight: 2 },
    {
      arbitrary: fc
        .tuple(fc.constantFrom(...hardStrings), fc.integer({ min: 2, max: 40 }))
        .map(([s, n]) => s.repeat(n)),
      weight: 1,
    },
  );
  return fc.array(part, { maxLength, size: "max" }).map((parts) => parts.join(""));
}
