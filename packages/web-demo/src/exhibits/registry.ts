import type { Exhibit } from "../shell/exhibit.js";

/** The exhibits of the page, each fetched when its markup is there: the key is the id of its root element. */
export const exhibits: Readonly<Record<string, () => Promise<{ exhibit: Exhibit }>>> = {
  charRnn: () => import("./charRnn/index.js"),
};
