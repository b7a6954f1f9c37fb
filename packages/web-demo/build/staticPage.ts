import type { Plugin } from "vite";
import { charRnnMarkup } from "../src/exhibits/charRnn/markup.js";
import { en } from "../src/shell/en.js";
import { fillIn } from "../src/shell/i18n.js";

/**
 * Writes the words, the links to the exhibits and the first exhibit's markup into index.html, so that the page says what
 * it is before any script has arrived. `{{path.to.string}}` is a string; `<!--exhibit:name-->` is an exhibit.
 */
export function staticPage(): Plugin {
  return {
    name: "static-page",
    transformIndexHtml: {
      order: "pre",
      handler: (html) =>
        fillIn(html.replace("<!--links-->", links()).replace("<!--exhibit:charRnn-->", charRnnMarkup()), en),
    },
  };
}

function links(): string {
  return Object.keys(en.exhibits)
    .map((id, index) => {
      const current = index === 0 ? ' aria-current="page"' : "";
      return `<a href="#${id}"${current}>{{exhibits.${id}.name}}</a>`;
    })
    .join("\n      ");
}
