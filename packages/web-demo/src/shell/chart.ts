import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Shell } from "./exhibit.js";
import type { ColourName, Palette } from "./palette.js";

/** A line of a chart. */
export interface ChartSeries {
  /** Written at the line's end. */
  label: string;
  colour: ColourName;
  width: number;
  /** A faint line stands back behind the others. */
  faint?: boolean;
  /** Marks each value with a dot. */
  dots?: boolean;
}

/** A dashed line at one height. */
export interface Baseline {
  label: string;
  value: number;
}

/** A dashed line from top to bottom: something happened there. */
export interface Mark {
  label: string;
  at: number;
}

/** How a chart is set up. */
export interface ChartOptions {
  /** Of the vertical axis; `"log"` by default. */
  scale?: "log" | "linear";
  height: (width: number) => number;
  xLabel: string;
  series: readonly ChartSeries[];
  formatX: (value: number) => string;
  formatY: (value: number) => string;
}

/** What a chart shows: columns as uPlot takes them, x first; `null` where a line has no value. */
export interface ChartData {
  columns: readonly (readonly (number | null)[])[];
  xMax: number;
  yMin: number;
  yMax: number;
  yTicks: readonly number[];
  baselines: readonly Baseline[];
  marks?: readonly Mark[];
}

/** From this width on, the labels of baselines stand to the right of the plot, where no line runs through them. */
const wide = 700;
const labelRoom = 176;

const fontStack = "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/** A line chart over uPlot in the page's colours: labels at the lines' ends, no legend box. */
export class LineChart {
  readonly #root: HTMLElement;
  readonly #options: ChartOptions;
  readonly #palette: Palette;
  readonly #left: AbortSignal;
  #data: ChartData;
  #plot: uPlot;

  constructor(
    root: HTMLElement,
    options: ChartOptions,
    data: ChartData,
    { palette, left }: Pick<Shell, "palette" | "left">,
  ) {
    this.#left = left;
    this.#root = root;
    this.#options = options;
    this.#palette = palette;
    this.#data = data;
    this.#plot = this.#make();
    palette.onChange(() => this.#remake());
    const observer = new ResizeObserver(() => {
      const width = root.clientWidth;
      if (width > 0 && width !== this.#plot.width) this.#plot.setSize(this.#size());
    });
    observer.observe(root);
    left.addEventListener("abort", () => {
      observer.disconnect();
      this.#plot.destroy();
    });
  }

  show(data: ChartData): void {
    if (this.#left.aborted) return;
    this.#data = data;
    this.#plot.setData(columnsOf(data));
  }

  #remake(): void {
    this.#plot.destroy();
    this.#plot = this.#make();
  }

  #size(): { width: number; height: number } {
    const width = Math.max(200, this.#root.clientWidth);
    return { width, height: this.#options.height(width) };
  }

  #make(): uPlot {
    const { colour } = this.#palette;
    const { series, formatX, formatY, xLabel, scale = "log" } = this.#options;
    const axis = {
      stroke: colour("muted"),
      font: `12px ${fontStack}`,
      labelFont: `12px ${fontStack}`,
      ticks: { show: false },
    };
    return new uPlot(
      {
        ...this.#size(),
        legend: { show: false },
        cursor: { show: false },
        padding: [8, (plot) => (plot.width >= wide ? labelRoom : 24), 0, 0],
        scales: {
          x: { time: false, range: () => [0, this.#data.xMax] },
          y: { distr: scale === "log" ? 3 : 1, range: () => [this.#data.yMin, this.#data.yMax] },
        },
        axes: [
          {
            ...axis,
            grid: { show: false },
            size: 34,
            space: 70,
            gap: 6,
            label: xLabel,
            labelSize: 18,
            values: (_plot, splits) => splits.map(formatX),
          },
          {
            ...axis,
            size: 36,
            gap: 8,
            grid: { stroke: colour("rule"), width: 1 },
            splits: () => [...this.#data.yTicks],
            filter: (_plot, splits) => splits,
            values: (_plot, splits) => splits.map(formatY),
          },
        ],
        series: [
          {},
          ...series.map(({ colour: name, width, faint = false, dots = false }) => ({
            stroke: colour(name),
            width,
            alpha: faint ? 0.3 : 1,
            spanGaps: true,
            points: dots
              ? { show: true, size: 6, fill: colour(name), stroke: colour(name) }
              : { show: false },
          })),
        ],
        hooks: {
          drawAxes: [(plot) => this.#drawBaselines(plot), (plot) => this.#drawMarks(plot)],
          draw: [(plot) => this.#drawEnds(plot)],
        },
      },
      columnsOf(this.#data),
      this.#root,
    );
  }

  #drawBaselines(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.strokeStyle = this.#palette.colour("muted");
    ctx.fillStyle = this.#palette.colour("muted");
    ctx.font = `${12 * ratio}px ${fontStack}`;
    ctx.lineWidth = ratio;
    const beside = plot.width >= wide;
    ctx.textAlign = beside ? "left" : "right";
    ctx.textBaseline = beside ? "middle" : "bottom";
    const right = bbox.left + bbox.width;
    ctx.setLineDash([2 * ratio, 4 * ratio]);
    for (const { label, value } of this.#data.baselines) {
      if (value < this.#data.yMin || value > this.#data.yMax) continue;
      const y = Math.round(plot.valToPos(value, "y", true));
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      const text = `${label} ${this.#options.formatY(value)}`;
      this.#write(ctx, text, beside ? right + 10 * ratio : right, beside ? y : y - 3 * ratio);
    }
    ctx.restore();
  }

  #drawMarks(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.strokeStyle = this.#palette.colour("muted");
    ctx.fillStyle = this.#palette.colour("muted");
    ctx.font = `${12 * ratio}px ${fontStack}`;
    ctx.lineWidth = ratio;
    ctx.textBaseline = "top";
    ctx.setLineDash([2 * ratio, 4 * ratio]);
    for (const { label, at } of this.#data.marks ?? []) {
      if (at < 0 || at > this.#data.xMax) continue;
      const x = Math.round(plot.valToPos(at, "x", true));
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      const right = x + 10 * ratio + ctx.measureText(label).width < bbox.left + bbox.width;
      ctx.textAlign = right ? "left" : "right";
      this.#write(ctx, label, x + (right ? 6 : -6) * ratio, bbox.top + 4 * ratio);
    }
    ctx.restore();
  }

  /** The name of each line beside its last value, on whichever side there is room. */
  #drawEnds(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    const ends = this.#ends(plot).sort((a, b) => a.y - b.y);
    ctx.save();
    ctx.font = `600 ${12 * ratio}px ${fontStack}`;
    ends.forEach(({ label, colour, x, y }, index) => {
      const next = ends[index + 1];
      // The upper of two that are close stands over its line, all others under theirs.
      const over = next !== undefined && next.y - y < 34 * ratio;
      const right = x + 10 * ratio + ctx.measureText(label).width < bbox.left + bbox.width;
      ctx.fillStyle = this.#palette.colour(colour);
      ctx.beginPath();
      ctx.arc(x, y, 3.5 * ratio, 0, 2 * Math.PI);
      ctx.fill();
      ctx.textAlign = right ? "left" : "right";
      ctx.textBaseline = over ? "bottom" : "top";
      this.#write(ctx, label, x + (right ? 8 : -8) * ratio, y + (over ? -5 : 6) * ratio);
    });
    ctx.restore();
  }

  /** Where each line that has a name ends. */
  #ends(plot: uPlot): { label: string; colour: ColourName; x: number; y: number }[] {
    const [xs = []] = this.#data.columns;
    return this.#options.series.flatMap(({ label, colour, faint }, index) => {
      const values = this.#data.columns[index + 1] ?? [];
      const last = values.findLastIndex((value) => value !== null);
      const value = values[last];
      const at = xs[last];
      if (faint || value === null || value === undefined || at === null || at === undefined) return [];
      return [{ label, colour, x: plot.valToPos(at, "x", true), y: plot.valToPos(value, "y", true) }];
    });
  }

  /** Text with a margin of the page's colour, so that lines do not run through it. */
  #write(ctx: CanvasRenderingContext2D, text: string, x: number, y: number): void {
    ctx.save();
    ctx.setLineDash([]);
    ctx.lineJoin = "round";
    ctx.lineWidth = 5 * devicePixelRatio;
    ctx.strokeStyle = this.#palette.colour("page");
    ctx.strokeText(text, x, y);
    ctx.restore();
    ctx.fillText(text, x, y);
  }
}

function columnsOf(data: ChartData): uPlot.AlignedData {
  return data.columns as unknown as uPlot.AlignedData;
}
