const ticks = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12];
/** So near to one another, as a part of the axis, their numbers would touch. */
const nearest = 0.06;

/** Where a logarithmic axis of bits has its numbers: as many as there is room for, from the top. */
export function ticksWithin(least: number, most: number): number[] {
  const apart = (most / least) ** nearest;
  const chosen: number[] = [];
  for (const tick of ticks.toReversed()) {
    if (tick < least || tick > most) continue;
    if (tick * apart <= (chosen[0] ?? Infinity)) chosen.unshift(tick);
  }
  return chosen;
}
