/** Some round numbers from `least` to `most`: steps of 1, 2 or 5 times a power of ten. */
export function roundTicks(least: number, most: number, wanted = 5): number[] {
  const rough = (most - least) / wanted;
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const ticks: number[] = [];
  for (let k = Math.ceil(least / step); k * step <= most; k++) ticks.push(Number((k * step).toPrecision(12)));
  return ticks;
}
