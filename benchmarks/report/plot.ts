/** A line through points, from left to right. */
export interface Series {
  name: string;
  points: readonly (readonly [x: number, y: number])[];
}

/** Values over sizes that double. */
export interface Plot {
  title: string;
  /** What the axes show. */
  x: string;
  y: string;
  series: readonly Series[];
  /** Horizontal lines: what can not be passed. */
  limits: readonly { name: string; value: number }[];
}

const [width, height] = [760, 440];
const frame = { left: 52, right: 570, top: 44, bottom: 388 };
/** For a light page and for a dark one. They differ in lightness too, and each line has a marker of its own. */
const colours = [
  ["#0b57d0", "#8ab4f8"],
  ["#0f7a85", "#5cd6e0"],
  ["#c2410c", "#ffa46b"],
  ["#7c3aed", "#c4a5ff"],
  ["#15803d", "#7ddc9a"],
  ["#be185d", "#ff9cc5"],
] as const;

/** Draws a plot as SVG that follows the colour scheme of the page it is on; with no script and no font of its own. */
export function draw({ title, x, y, series, limits }: Plot): string {
  const sizes = [...new Set(series.flatMap(({ points }) => points.map(([size]) => size)))].sort(
    (a, b) => a - b,
  );
  const greatest = Math.max(
    ...limits.map(({ value }) => value),
    ...series.flatMap(({ points }) => points.map(([, value]) => value)),
  );
  const step = tickStep(greatest);
  const top = step * Math.ceil((greatest * 1.02) / step);
  const [first, last] = [Math.log2(sizes[0]!), Math.log2(sizes.at(-1)!)];
  const across = (size: number): number =>
    frame.left + ((Math.log2(size) - first) / (last - first || 1)) * (frame.right - frame.left);
  const up = (value: number): number => frame.bottom - (value / top) * (frame.bottom - frame.top);

  const grid = range(0, top, step).map(
    (value) =>
      `<line class="grid" x1="${frame.left}" x2="${frame.right}" y1="${px(up(value))}" y2="${px(up(value))}"/>` +
      `<text class="tick" text-anchor="end" x="${frame.left - 8}" y="${px(up(value) + 4)}">${value}</text>`,
  );
  const ticks = sizes.map(
    (size) =>
      `<text class="tick" text-anchor="middle" x="${px(across(size))}" y="${frame.bottom + 20}">${size}</text>`,
  );
  const bounds = limits.map(
    ({ value }) =>
      `<line class="limit" x1="${frame.left}" x2="${frame.right}" y1="${px(up(value))}" y2="${px(up(value))}"/>`,
  );
  const lines = series.map(({ points }, i) => {
    const places = points.map(([size, value]) => [across(size), up(value)] as const);
    const path = places.map(([cx, cy]) => `${px(cx)},${px(cy)}`).join(" ");
    return `<polyline class="line c${i}" points="${path}"/>${places.map(([cx, cy]) => marker(i, cx, cy)).join("")}`;
  });
  const labels = spread([
    ...limits.map(({ name, value }) => ({ name, class: "limitLabel", at: up(value) })),
    ...series.map(({ name, points }, i) => ({ name, class: `label c${i}`, at: up(points.at(-1)![1]) })),
  ]).map(
    (label) =>
      `<text class="${label.class}" x="${frame.right + 12}" y="${px(label.at + 4)}">${escape(label.name)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">`,
    `<style>${style(series.length)}</style>`,
    `<rect class="page" width="${width}" height="${height}" rx="6"/>`,
    `<text class="title" x="${frame.left}" y="24">${escape(title)}</text>`,
    `<text class="tick" text-anchor="middle" x="${(frame.left + frame.right) / 2}" y="${frame.bottom + 42}">${escape(x)}</text>`,
    `<text class="tick" text-anchor="middle" transform="translate(14 ${(frame.top + frame.bottom) / 2}) rotate(-90)">${escape(y)}</text>`,
    ...grid,
    ...ticks,
    ...bounds,
    ...lines,
    ...labels,
    "</svg>",
    "",
  ].join("\n");
}

function style(count: number): string {
  const scheme = (dark: 0 | 1): string =>
    [
      `.page{fill:${["#ffffff", "#161b22"][dark]}}`,
      `text{fill:${["#1f2328", "#e6edf3"][dark]}}.tick{fill:${["#59636e", "#9198a1"][dark]}}`,
      `.grid{stroke:${["#d8dee4", "#30363d"][dark]}}.limit{stroke:${["#1f2328", "#e6edf3"][dark]}}`,
      ...colours
        .slice(0, count)
        .map((pair, i) => `.line.c${i}{stroke:${pair[dark]}}.label.c${i},.marker.c${i}{fill:${pair[dark]}}`),
    ].join("");
  const shapes = [
    "text{font:12px system-ui,sans-serif}.title{font-size:15px;font-weight:600}.label{font-weight:600}",
    ".line{fill:none;stroke-width:2}.grid{stroke-width:1}.limit{stroke-width:1.5;stroke-dasharray:6 4}",
  ].join("");
  return `${shapes}${scheme(0)}@media(prefers-color-scheme:dark){${scheme(1)}}`;
}

/** A disc, a square, a diamond or a triangle. */
function marker(series: number, x: number, y: number): string {
  const name = `class="marker c${series}"`;
  switch (series % 4) {
    case 0:
      return `<circle ${name} cx="${px(x)}" cy="${px(y)}" r="4"/>`;
    case 1:
      return `<rect ${name} x="${px(x - 4)}" y="${px(y - 4)}" width="8" height="8"/>`;
    case 2:
      return `<path ${name} d="M${px(x)} ${px(y - 5)}l5 5-5 5-5-5z"/>`;
    default:
      return `<path ${name} d="M${px(x)} ${px(y - 5)}l5 9h-10z"/>`;
  }
}

/** Moves labels down, and then the lowest up again, until no two are nearer than a line of text. */
function spread<T extends { at: number }>(labels: T[]): T[] {
  const gap = 16;
  const sorted = labels.toSorted((a, b) => a.at - b.at);
  for (let i = 1; i < sorted.length; i++) {
    sorted[i]!.at = Math.max(sorted[i]!.at, sorted[i - 1]!.at + gap);
  }
  let lowest = frame.bottom;
  for (const label of sorted.toReversed()) {
    label.at = Math.min(label.at, lowest);
    lowest = label.at - gap;
  }
  return sorted;
}

/** 1, 2 or 5 times a power of ten, so that there are about six. */
function tickStep(greatest: number): number {
  const power = 10 ** Math.floor(Math.log10(greatest / 6));
  return power * ([1, 2, 5].find((factor) => factor * power * 6 >= greatest) ?? 10);
}

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
