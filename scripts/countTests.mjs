// Adds up the "Tests  3 passed | 1 skipped (4)" lines of a log, and prints "3 passed, 0 failed".
// A run that failed without a failing test (lint, types, sizes) counts as one failure.
import { existsSync, readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

export function countTests(log, status) {
  const lines =
    stripVTControlCharacters(log).match(/^.*\bTests\s+\d+ (?:passed|failed|skipped|todo).*$/gm) ?? [];
  const sum = (what) =>
    lines.reduce((total, line) => total + Number(new RegExp(`(\\d+) ${what}`).exec(line)?.[1] ?? 0), 0);
  return { passed: sum("passed"), failed: sum("failed") || (status === 0 ? 0 : 1) };
}

if (process.argv[1]?.endsWith("countTests.mjs")) {
  const [path, status] = process.argv.slice(2);
  const { passed, failed } = countTests(existsSync(path) ? readFileSync(path, "utf8") : "", Number(status));
  console.log(`\n${passed} passed, ${failed} failed`);
}
