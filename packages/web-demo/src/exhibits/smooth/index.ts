import type { Exhibit } from "../../shell/exhibit.js";
import { smoothMarkup } from "./markup.js";

export const exhibit: Exhibit = {
  id: "smooth",
  markup: smoothMarkup,
  mount() {},
};
