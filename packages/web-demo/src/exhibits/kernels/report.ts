import { catalogue, contenderIds, groups, type JobId } from "./catalogue.js";
import type { Strings } from "../../shell/en.js";
import { Numbers } from "../../shell/numbers.js";
import type { Conditions } from "./conditions.js";
import type { RunLength } from "./protocol.js";
import { doneJobs, type Results } from "./state.js";
import { bestRatio, rateOf, verdictOf } from "./verdict.js";

/** All that a report says. */
export interface Report {
  readonly results: Results;
  readonly conditions: Conditions;
  readonly length: RunLength;
  /** Where the figures come from. */
  readonly address: string;
  /** When they were measured, as ISO 8601. */
  readonly date: string;
}

/** A table that people can paste into an issue. */
export function markdownOf(
  { results, conditions, address, date }: Report,
  strings: Strings["kernels"],
): string {
  const numbers = new Numbers("en");
  const done = doneJobs(results);
  const contenders = contenderIds.filter((id) => done.some((job) => results[job]?.figures[id]));
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rows = done.map((job) => {
    const result = results[job]!;
    const rates = contenders.map((id) => {
      const figure = result.figures[id];
      return figure ? significant(rateOf(job, figure.median), numbers) : "–";
    });
    const { group } = catalogue[job];
    const { groups: names, jobs, units } = strings;
    const ratio = bestRatio(result);
    return row([
      `${names[group]}: ${jobs[job]}`,
      units[groups[group].unit],
      ...rates,
      ratio === undefined ? "–" : `${significant(ratio, numbers)}×`,
    ]);
  });
  const verdict = verdictOf(results);
  const { engine, cores, isolated, clockMs } = conditions;
  const facts = [
    engine ?? strings.conditions.unknown,
    `${cores ?? "?"} logical processors`,
    "one thread",
    isolated ? "cross-origin isolated" : "not cross-origin isolated",
    clockMs === undefined ? [] : `clock steps of ${significant(clockMs, numbers)} ms`,
    date,
  ].flat();
  return [
    ...(verdict
      ? [
          `**Lanewise: ${significant(verdict.ratio, numbers)}× plain JavaScript** (geometric mean of ${verdict.jobs})`,
          "",
        ]
      : []),
    row(["job", "unit", ...contenders.map((id) => strings.contenders[id]), "best ÷ plain JS"]),
    row(["---", "---", ...contenders.map(() => "--:"), "--:"]),
    ...rows,
    "",
    `Medians. ${facts.join(", ")}. ${address}`,
    "",
  ].join("\n");
}

/** The same for programs, with milliseconds and spread. */
export function jsonOf({ results, conditions, length, address, date }: Report): string {
  const verdict = verdictOf(results);
  return JSON.stringify(
    {
      what: "Lanewise kernels in a browser: medians",
      address,
      date,
      length,
      conditions,
      geometricMeanRatio: verdict?.ratio,
      jobs: doneJobs(results).map((job: JobId) => {
        const { group, work } = catalogue[job];
        const { figures } = results[job]!;
        return {
          job,
          work,
          unit: groups[group].unit,
          contenders: Object.fromEntries(
            Object.entries(figures).map(([id, { median, spread, samples }]) => [
              id,
              { medianMs: median, spreadMs: spread, samples, unitsPerSecond: (1000 * work) / median },
            ]),
          ),
        };
      }),
    },
    undefined,
    2,
  );
}

/** Three digits that say something: 1,234 and 43.1 and 0.0123. */
export function significant(value: number, numbers: Numbers): string {
  const rounded = Number(value.toPrecision(3));
  const digits = 2 - Math.floor(Math.log10(Math.abs(rounded)));
  return numbers.fixed(rounded, Number.isFinite(digits) ? Math.min(6, Math.max(0, digits)) : 0);
}
