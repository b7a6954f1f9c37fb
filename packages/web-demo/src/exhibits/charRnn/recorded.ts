/**
 * From one run of this page with its default settings: some of the lines that it wrote, and its whole notebook. Shown until
 * the visitor starts a run.
 */
export const recordedPrompt = "ROMEO:";

export const recordedText: readonly { step: number; text: string }[] = [
  { step: 0, text: "Eno LpNHaZT" },
  { step: 2, text: "DFYvY.,lMQneaHQtzrep G uhaet opinn csi  e" },
  { step: 34, text: "K ihskand oIoIns bieon" },
  { step: 45, text: "wve mars pale, mas' d to yth amd fel thous an havt you mis ghe tenote and:" },
  { step: 99, text: "As nours." },
  { step: 104, text: "The Vgitist'd I on youd Wit'll to of mine lave alawe," },
  { step: 131, text: "thich wist owe, likids," },
  { step: 269, text: "" },
  { step: 269, text: "ANGELO:" },
  { step: 273, text: "Lruia mour in this my cannot the my naten?" },
  { step: 403, text: "Ell seet dest and would sage?" },
  { step: 430, text: "" },
  { step: 433, text: "KING HENRY VI:" },
  { step: 441, text: "Go that not hath''d to hear;" },
  { step: 1522, text: "" },
  { step: 1522, text: "KING RICHARD II:" },
  { step: 1528, text: "Prison weep us. Let so father action" },
  { step: 1543, text: "With so deful I discominy of king;" },
  { step: 1558, text: "Hath with unsil lord, alood we shall not." },
  { step: 1922, text: "" },
  { step: 1927, text: "JULIET:" },
  { step: 1931, text: "Shrown to the there mat betwell thee," },
  { step: 1954, text: "That thoughts you as us and stay in here had her's," },
  { step: 1964, text: "It no love, but that show with his friend;" },
  { step: 1975, text: "One we indeed, light you well in him forth" },
  { step: 1988, text: "That what him in them of his loves souls gilling my light." },
  { step: 2873, text: "" },
  { step: 2873, text: "LADY ANNE:" },
  { step: 2880, text: "Now to your grief here, built to reposed;" },
  { step: 2902, text: "We are hour father thus does appressed." },
];

export const recordedNotebook: readonly { step: string; bits: string; text: string }[] = [
  {
    step: "1",
    bits: "6.04",
    text: "Eno LpNHaZT DFYvY.,lMQneaHQtz&ppvG uM&SKg;pVnnVTR'gLP:KLIhSk?L?VoIoIHUN&-D-&GxvH-v$hsgpzZq",
  },
  {
    step: "20",
    bits: "4.94",
    text: "Eno e Nsa n  oa eh lu nea rtheep G u ae  epinn t i      ihshanr oIo nso  eoea  e m hs  z e",
  },
  {
    step: "50",
    bits: "3.85",
    text: "ETo mpisa ne mand. le neatrthee he utan gopind cain we bihs and orollle teonl be mars plle",
  },
  {
    step: "104",
    bits: "3.13",
    text: "Eno my sarde mave.  MERENTELTUS: G utare frind caige moness and ofo hat toun wighan soull ",
  },
  {
    step: "202",
    bits: "2.82",
    text: "Eno my say for: may hene there pee that gor noth in Pmonehs, whing'd, the beawn the sould ",
  },
  {
    step: "500",
    bits: "2.62",
    text: "En tentse not and in my lord, Do God and frind the greads: Your or'd, we'll man the sould ",
  },
  {
    step: "1,002",
    bits: "2.30",
    text: "Eno my save beave.  GRUMIO: When Glovent frine counte, by than?  ISABELLA: Warwick, so lie",
  },
  {
    step: "2,000",
    bits: "2.12",
    text: "Eno my said body his make me, Do God and frind you are behold provolus, too man to he play",
  },
  {
    step: "3,000",
    bits: "2.05",
    text: "Eno my saint on my lord, there pernutes go, Envising more shall not hate-long them, so muc",
  },
];
