import { exhibits, type ExhibitId } from "./exhibits/registry.js";
import { addressOf } from "./shell/address.js";
import { Announcer } from "./shell/announcer.js";
import "./shell/exhibit.css";
import { fillIn, stringsFor } from "./shell/i18n.js";
import { keepOffline } from "./shell/offline.js";
import { documentPalette } from "./shell/palette.js";
import "./shell/shell.css";
import { Showroom } from "./shell/showroom.js";
import { mountTheme } from "./shell/theme.js";

const strings = stringsFor(document.documentElement.lang);
const palette = documentPalette();
const main = document.querySelector<HTMLElement>("#main")!;
const links = [...document.querySelectorAll<HTMLAnchorElement>("#exhibits a")];
const broken = document.querySelector<HTMLElement>("#broken")!;
const liveRegion = document.querySelector<HTMLElement>("#live")!;
const announcer = new Announcer((message) => {
  liveRegion.textContent = message;
});
const announce = (message: string, urgent?: boolean): void => announcer.announce(message, urgent);

const showroom = new Showroom<ExhibitId>({
  exhibits,
  first: "charRnn",
  clear(id) {
    broken.hidden = true;
    // The focus stays in the page when what had it goes.
    if (main.contains(document.activeElement)) main.focus({ preventScroll: true });
    // What was written into the page stays only for its own exhibit, and only as it was written.
    for (const article of main.querySelectorAll("article")) {
      if (article.id !== id || article.dataset["mounted"] !== undefined) article.remove();
    }
    for (const link of links) {
      if (link.hash === `#${id}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    document.title = strings.exhibits[id].title;
  },
  place(exhibit) {
    const written = document.getElementById(exhibit.id);
    if (written) return written;
    const template = document.createElement("template");
    template.innerHTML = fillIn(exhibit.markup(), strings);
    main.append(template.content);
    return document.getElementById(exhibit.id)!;
  },
  mount(exhibit, root, left) {
    root.dataset["mounted"] = "";
    const quiet = { ...palette, onChange: (listener: () => void) => palette.onChange(listener, left) };
    exhibit.mount(root, { strings, palette: quiet, announce, address: addressOf(exhibit.id, left), left });
  },
  shown(id, moved) {
    if (!moved) return;
    scrollTo(0, 0);
    announce(strings.exhibits[id].title, true);
  },
  failed(error) {
    console.error(error);
    broken.hidden = false;
  },
});

// Moves the focus without a change of address, which may hold an exhibit's settings.
document.querySelector<HTMLElement>(".skip")!.addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
// The same for the link of the exhibit that is shown.
for (const link of links) {
  link.addEventListener("click", (event) => {
    if (link.hasAttribute("aria-current")) event.preventDefault();
  });
}
// Without the main script the link leads to the page; with it, to what the address names.
broken.querySelector("a")!.addEventListener("click", (event) => {
  event.preventDefault();
  location.reload();
});
mountTheme(document.querySelector<HTMLElement>("#theme")!);
addEventListener("hashchange", () => void showroom.follow(location.hash));
await showroom.follow(location.hash);
// The exhibit is there or was said to be missing: the style sheet need not speak up.
document.documentElement.dataset.ready = "";
keepOffline();
