/** The exhibit's words, in English. */
export const digitsStrings = {
  heading: "A small network learns to read handwriting.",
  lede: "",
};
