/** One run of this page with its default settings, as it was: shown until the visitor starts one. */
export const recordedText: readonly { step: number; text: string }[] = [
  { step: 0, text: "ROMEO:" },
  { step: 0, text: "q;XhT&zpJ eVr?lKwd,oBn" },
];

export const recordedNotebook: readonly { step: number; bits: string; text: string }[] = [
  { step: 1, bits: "6.03", text: "q;XhT&zpJ eVr?lKwd,oBn" },
];
