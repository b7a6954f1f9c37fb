import type { Exhibit } from "../../shell/exhibit.js";
import { digitsMarkup } from "./markup.js";

export const exhibit: Exhibit = {
  id: "digits",
  markup: digitsMarkup,
  mount() {},
};
