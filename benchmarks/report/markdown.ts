import type { Measurement } from "../harness.ts";

/** A table, with the columns after the first `left` aligned to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], left = 1): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i < left ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

/** Three significant digits: 0.0123, 1.23, 123, 1230. */
export function figure(value: number): string {
  return value >= 1000 ? String(Math.round(value)) : value.toPrecision(3);
}

export function measurementTable(measurements: readonly Measurement[]): string {
  return table(
    ["what", "who", "median ms", "± ms", "rate"],
    measurements.map(({ title, name, median, spread, rate }) => [
      title,
      name,
      figure(median),
      spread.toPrecision(2),
      rate ? `${(rate.amount / 1e9).toPrecision(3)} G${rate.unit}` : "",
    ]),
    2,
  );
}
