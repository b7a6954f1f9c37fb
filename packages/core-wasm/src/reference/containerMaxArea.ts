/** The best pair among all pairs, the first in order of (left, right) where several are best: O(n²). */
export function containerMaxArea(heights: ArrayLike<number>): { area: number; left: number; right: number } {
  let best = { area: 0, left: 0, right: 0 };
  for (let left = 0; left < heights.length; left++) {
    for (let right = left + 1; right < heights.length; right++) {
      const area = (right - left) * Math.min(heights[left]!, heights[right]!);
      if (area > best.area) best = { area, left, right };
    }
  }
  return best;
}
