import { exhibits } from "./exhibits/registry.js";
import { addressOf } from "./shell/address.js";
import { Announcer } from "./shell/announcer.js";
import { stringsFor } from "./shell/i18n.js";
import { keepOffline } from "./shell/offline.js";
import { documentPalette } from "./shell/palette.js";
import "./shell/shell.css";
import { mountTheme } from "./shell/theme.js";

const strings = stringsFor(document.documentElement.lang);
const palette = documentPalette();
const liveRegion = document.querySelector<HTMLElement>("#live")!;
const announcer = new Announcer((message) => {
  liveRegion.textContent = message;
});

// Moves the focus without a change of address, which may hold an exhibit's settings.
document.querySelector<HTMLElement>(".skip")!.addEventListener("click", (event) => {
  event.preventDefault();
  document.querySelector<HTMLElement>("#main")!.focus();
});
mountTheme(document.querySelector<HTMLElement>("#theme")!);
for (const [id, load] of Object.entries(exhibits)) {
  const root = document.getElementById(id);
  if (!root) continue;
  try {
    const { exhibit } = await load();
    exhibit.mount(root, {
      strings,
      palette,
      announce: (message, urgent) => announcer.announce(message, urgent),
      address: addressOf(id),
    });
  } catch (error) {
    console.error(error);
    document.querySelector<HTMLElement>("#broken")!.hidden = false;
  }
}
// Every exhibit is there or was said to be missing: the style sheet need not speak up.
document.documentElement.dataset.ready = "";
keepOffline();
