/** Shows how far something is. `undefined` stands for "under way, nobody knows how far". */
export function showProgress(element: HTMLElement, fraction: number | undefined, text: string): void {
  element.style.setProperty("--fraction", String(fraction ?? 0));
  element.toggleAttribute("data-unknown", fraction === undefined);
  element.setAttribute("aria-valuetext", text);
  if (fraction === undefined) element.removeAttribute("aria-valuenow");
  else element.setAttribute("aria-valuenow", String(Math.round(100 * fraction)));
}
