/**
 * From one run of this page with its default settings: some of the lines that it wrote, and its whole notebook. Shown until
 * the visitor starts a run.
 */
export const recordedPrompt = "ROMEO:";

export const recordedText: readonly { step: number; text: string }[] = [
  { step: 0, text: "Eno LpNHaZT" },
  { step: 3, text: "DFYvY.,lMQneaHQtzrep G uhaet epinnocs,  e" },
  { step: 30, text: "K ihskand oIo the teonl se mars pule, tase thol yt camd fely oous and doth yo mandg-" },
  { step: 139, text: "" },
  { step: 139, text: "First Wall fort me the come in as dith thatnel'd, a mane their deepral mard;" },
  { step: 183, text: "Muathe, in but thiy of whoum grate." },
  { step: 212, text: "" },
  { step: 212, text: "VINIUS:" },
  { step: 216, text: "What linst my the heave of sarck-tor, what seark." },
  { step: 352, text: "" },
  { step: 352, text: "KING RICHARD III:" },
  { step: 363, text: "I foo gore whose to Lruian." },
  { step: 982, text: "" },
  { step: 982, text: "CAPULET:" },
  { step: 988, text: "We'll tongue, villain with me look!" },
  { step: 1016, text: "What I know ever with his daden," },
  { step: 1811, text: "" },
  { step: 1811, text: "LEONTES:" },
  { step: 1816, text: "What I'll was day them to mother was more speak" },
  { step: 1843, text: "Cupheer mocked lay action" },
  { step: 1864, text: "With still us about think of thy count." },
  { step: 1895, text: "" },
  { step: 1895, text: "PRINCE EDWARD:" },
  { step: 1901, text: "I'll gowed need me consuls. I'll with the tale:" },
  { step: 2193, text: "" },
  { step: 2193, text: "DUKE VINCENTIO:" },
  { step: 2203, text: "What lienure me grows of this prove" },
  { step: 2239, text: "our courting men stronght cousin," },
  { step: 2268, text: "Though you majest to Aufther with my fair" },
  { step: 2304, text: "The wore from the or listamiosed of your rise." },
];

export const recordedNotebook: readonly { step: string; bits: string; text: string }[] = [
  {
    step: "1",
    bits: "6.04",
    text: "Eno LpNHaZT DFYvY.,lMQneaHQtz&ppvG uM&SKg;pVnnVTR'gLP:KLIhSk?L?VoIoIHUN&",
  },
  {
    step: "22",
    bits: "4.78",
    text: "Eno e Nsa n aoas h lumnea rthrep G uhaet epinnot i      ihshanr oIo hso ",
  },
  {
    step: "50",
    bits: "3.88",
    text: "ETo mpisa ne mand. le neatrthee he utan gopind cain we bihs and orollle ",
  },
  {
    step: "102",
    bits: "3.14",
    text: "Eno my saing on ma, hone to he pered ant frind caig ou behs, whingo hat ",
  },
  {
    step: "203",
    bits: "2.82",
    text: "Eno my say for: may hene there pee that gor noth in Pmonehs, The wornst ",
  },
  {
    step: "505",
    bits: "2.58",
    text: "En teprsand To sight The coldreng. That good may in our shake parwor, we",
  },
  {
    step: "1,001",
    bits: "2.32",
    text: "En ten, a do man his my lord, pleen hath fring you now. I'll now I'll th",
  },
  {
    step: "2,002",
    bits: "2.12",
    text: "Eno my save bear his mighty here God and frine.  LUCIO: Ih have oft the ",
  },
  {
    step: "3,000",
    bits: "2.13",
    text: "Eno my saint on my lord, there pernented frine The grace him not I'll we",
  },
];
