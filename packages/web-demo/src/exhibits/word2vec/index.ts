import type { Exhibit } from "../../shell/exhibit.js";
import { word2vecMarkup } from "./markup.js";

export const exhibit: Exhibit = {
  id: "word2vec",
  markup: word2vecMarkup,
  mount() {},
};
