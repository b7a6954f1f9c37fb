import type { Strings } from "../shell/en.js";
import type { Exhibit } from "../shell/exhibit.js";

/** The name of an exhibit: its folder, its root element, and what the address calls it. */
export type ExhibitId = keyof Strings["exhibits"];

/** The exhibits of the page, each fetched when it is opened. The first one is written into the page when it is built. */
export const exhibits: Readonly<Record<ExhibitId, () => Promise<{ exhibit: Exhibit }>>> = {
  charRnn: () => import("./charRnn/index.js"),
  kernels: () => import("./kernels/index.js"),
  tokenizer: () => import("./tokenizer/index.js"),
  perceptron: () => import("./perceptron/index.js"),
  digits: () => import("./digits/index.js"),
  word2vec: () => import("./word2vec/index.js"),
  smooth: () => import("./smooth/index.js"),
};
