import type { Plugin } from "vite";
import { charRnnMarkup } from "../src/exhibits/charRnn/markup.js";
import { en } from "../src/shell/en.js";
import { fillIn } from "../src/shell/i18n.js";

/**
 * Writes the words and the exhibits' markup into index.html, so that the page says what it is before any script
 * has arrived. `{{path.to.string}}` is a string; `<!--exhibit:name-->` is an exhibit.
 */
export function staticPage(): Plugin {
  return {
    name: "static-page",
    transformIndexHtml: {
      order: "pre",
      handler: (html) => fillIn(html.replace("<!--exhibit:charRnn-->", charRnnMarkup()), en),
    },
  };
}
