import type { Exhibit } from "../../shell/exhibit.js";
import { perceptronMarkup } from "./markup.js";

export const exhibit: Exhibit = {
  id: "perceptron",
  markup: perceptronMarkup,
  mount() {},
};
