/** The exhibit's words, in English. */
export const smoothStrings = {
  heading: "Hard functions, and the smooth ones that stand in for them.",
  lede: "",
};
