/** The exhibit's words, in English. */
export const word2vecStrings = {
  heading: "You know a word by the company it keeps.",
  lede: "",
};
