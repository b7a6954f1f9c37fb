import type { Strings } from "../../shell/en.js";
import type { Numbers } from "../../shell/numbers.js";
import type { State } from "./state.js";

/** Fills the list of what was measured in this tab. What was not measured is not shown. */
export function showFacts(
  list: HTMLElement,
  { facts, memoryBytes }: State,
  scriptBytes: number | undefined,
  strings: Strings["charRnn"]["facts"],
  numbers: Numbers,
): void {
  const rows: [string, string][] = [];
  if (facts) {
    rows.push([strings.parameters, numbers.whole(facts.parameters)]);
    rows.push([strings.text, numbers.whole(facts.trainingCharacters)]);
  }
  if (scriptBytes !== undefined) rows.push([strings.script, numbers.bytes(scriptBytes)]);
  if (memoryBytes) rows.push([strings.memory, numbers.bytes(memoryBytes)]);
  if (rows.length === 0) rows.push([strings.empty, ""]);
  list.replaceChildren(
    ...rows.map(([name, value]) => {
      const row = document.createElement("div");
      const term = document.createElement("dt");
      term.textContent = name;
      row.append(term);
      if (value !== "") {
        const description = document.createElement("dd");
        description.textContent = value;
        row.append(description);
      }
      return row;
    }),
  );
}

/** Bytes of the worker's script as it was fetched, or `undefined` where the browser does not say. */
export function scriptBytes(): number | undefined {
  const entries = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
  const script = entries.find(({ name }) => /\bworker\b[^/]*\.js$/.test(name));
  return script && script.encodedBodySize > 0 ? script.encodedBodySize : undefined;
}
