/** What a classifier of two numbers is: `weights · point + bias`, in units of the logit. */
export interface DecisionLine {
  readonly weights: readonly [number, number];
  readonly bias: number;
}

/** Points and their classes as they lie in memory. */
export interface PointSet {
  /** x and y, one point after the other. */
  readonly points: Float32Array;
  /** 1 for the rare class, 0 for the other. */
  readonly labels: ArrayLike<number>;
}

/** How often each of the four things happened. */
export interface Outcomes {
  readonly found: number;
  readonly missed: number;
  readonly falseAlarm: number;
  readonly leftAlone: number;
}

export const outcomeNames = ["found", "missed", "falseAlarm", "leftAlone"] as const;

const size = 400;
const namespace = "http://www.w3.org/2000/svg";

/** The points, and the half of the plane that the classifier calls positive. Colour is what a point is, filling what it is taken for. */
export class Plane {
  readonly #side = document.createElementNS(namespace, "path");
  readonly #line = document.createElementNS(namespace, "path");
  readonly #before = document.createElementNS(namespace, "path");
  readonly #dots = document.createElementNS(namespace, "g");
  #set: PointSet | undefined;
  #reach = 1;

  constructor(root: HTMLElement) {
    const svg = document.createElementNS(namespace, "svg");
    svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
    svg.setAttribute("aria-hidden", "true");
    this.#side.setAttribute("class", "side");
    this.#before.setAttribute("class", "before");
    this.#line.setAttribute("class", "line");
    svg.append(this.#side, this.#before, this.#dots, this.#line);
    root.replaceChildren(svg);
  }

  /** Draws another set, without a line. */
  place(set: PointSet): void {
    this.#set = set;
    const { points, labels } = set;
    let most = 0;
    for (const value of points) most = Math.max(most, Math.abs(value));
    this.#reach = 1.06 * most || 1;
    this.#dots.replaceChildren(
      ...Array.from({ length: labels.length }, (_, i) => {
        const dot = document.createElementNS(namespace, "circle");
        dot.setAttribute("cx", this.#x(points[2 * i]!).toFixed(1));
        dot.setAttribute("cy", this.#y(points[2 * i + 1]!).toFixed(1));
        dot.setAttribute("r", labels[i] === 1 ? "4.5" : "3");
        dot.setAttribute("class", labels[i] === 1 ? "missed" : "leftAlone");
        return dot;
      }),
    );
    for (const path of [this.#side, this.#line, this.#before]) path.setAttribute("d", "");
  }

  /** Draws the line, and each point as what it is taken for; counts them. */
  show(line: DecisionLine): Outcomes {
    const counts = { found: 0, missed: 0, falseAlarm: 0, leftAlone: 0 };
    if (!this.#set) return counts;
    this.#side.setAttribute("d", this.#path(clipSquare(line, this.#reach)));
    this.#line.setAttribute("d", this.#path(crossings(line, this.#reach)));
    const { points, labels } = this.#set;
    [...this.#dots.children].forEach((dot, i) => {
      const isPositive = isCalledPositive(line, points[2 * i]!, points[2 * i + 1]!);
      const name =
        labels[i] === 1 ? (isPositive ? "found" : "missed") : isPositive ? "falseAlarm" : "leftAlone";
      counts[name]++;
      if (dot.getAttribute("class") !== name) dot.setAttribute("class", name);
    });
    return counts;
  }

  /** Leaves a line standing, to compare with. */
  keep(line: DecisionLine | undefined): void {
    this.#before.setAttribute("d", line ? this.#path(crossings(line, this.#reach)) : "");
  }

  #path(corners: readonly Corner[]): string {
    if (corners.length < 2) return "";
    const places = corners.map(([x, y]) => `${this.#x(x).toFixed(1)} ${this.#y(y).toFixed(1)}`);
    return `M${places.join("L")}${corners.length > 2 ? "Z" : ""}`;
  }

  #x(value: number): number {
    return (size / 2) * (1 + value / this.#reach);
  }

  #y(value: number): number {
    return (size / 2) * (1 - value / this.#reach);
  }
}

/** A point on the line counts as positive, as a probability of the threshold does. */
export function isCalledPositive({ weights, bias }: DecisionLine, x: number, y: number): boolean {
  return weights[0] * x + weights[1] * y + bias >= 0;
}

type Corner = readonly [number, number];

/** The part of the square from −reach to reach that lies on the positive side: its corners in order. */
export function clipSquare(line: DecisionLine, reach: number): Corner[] {
  return cornersOf(reach).flatMap((corner, i, corners) => {
    const crossing = between(line, corner, corners[(i + 1) % 4]!);
    return [...(valueAt(line, corner) >= 0 ? [corner] : []), ...(crossing ? [crossing] : [])];
  });
}

/** Where the line enters and leaves the square: two places, or none. */
export function crossings(line: DecisionLine, reach: number): Corner[] {
  return cornersOf(reach)
    .map((corner, i, corners) => between(line, corner, corners[(i + 1) % 4]!))
    .filter((place) => place !== undefined);
}

function cornersOf(reach: number): Corner[] {
  return [
    [-reach, -reach],
    [reach, -reach],
    [reach, reach],
    [-reach, reach],
  ];
}

function between(line: DecisionLine, from: Corner, to: Corner): Corner | undefined {
  const [a, b] = [valueAt(line, from), valueAt(line, to)];
  if (a >= 0 === b >= 0) return undefined;
  const share = a / (a - b);
  return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
}

function valueAt({ weights, bias }: DecisionLine, [x, y]: Corner): number {
  return weights[0] * x + weights[1] * y + bias;
}
