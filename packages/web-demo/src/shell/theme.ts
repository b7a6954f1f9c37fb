const themes = ["auto", "light", "dark"] as const;
type Theme = (typeof themes)[number];
const storageKey = "theme";

/** Brings the three radio buttons to life; the choice is remembered where the browser allows it. */
export function mountTheme(group: HTMLElement): void {
  const radios = [...group.querySelectorAll<HTMLInputElement>("input[type=radio]")];
  const apply = (theme: Theme): void => {
    document.documentElement.dataset["theme"] = theme;
    for (const radio of radios) radio.checked = radio.value === theme;
  };
  apply(remembered());
  group.addEventListener("change", (event) => {
    const theme = themes.find((name) => name === (event.target as HTMLInputElement).value) ?? "auto";
    apply(theme);
    try {
      localStorage.setItem(storageKey, theme);
    } catch {
      // Storage is closed: the choice holds for this visit.
    }
  });
}

function remembered(): Theme {
  try {
    return themes.find((name) => name === localStorage.getItem(storageKey)) ?? "auto";
  } catch {
    return "auto";
  }
}
