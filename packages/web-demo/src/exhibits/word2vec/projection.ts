/** Vectors as points of the plane. */
export interface Plane {
  /** The first so many have shaped the plane; the others were laid in it. */
  readonly fitted: number;
  /** f64[n, 2]: where each vector is. */
  readonly points: Float64Array<ArrayBuffer>;
  /** f64[2, dim]: the directions that the plane lies along, of length 1. */
  readonly axes: Float64Array<ArrayBuffer>;
  /** How much of the variance the plane holds, from 0 to 1. */
  readonly share: number;
}

/** How often the directions are improved: from those of the frame before, a few do. */
const rounds = { first: 60, later: 12 } as const;
/** Directions that are improved together. Only two are shown; the others keep these from mixing with what lies next to them. */
const block = 4;

/**
 * The first two principal components of vectors, by subspace iteration.
 *
 * Each row is scaled to length 1 first, as the cosine sees it: how often a word came shows in the length of its vector,
 * and would be most of the picture. With the plane of an earlier frame, the iteration begins there, and the new picture
 * is turned and mirrored in its plane so that it lies as near to the old one as it can (orthogonal Procrustes in two
 * dimensions; Schönemann 1966): words move because they learn, not because axes swap.
 *
 * @param rows f32[n, dim], row-major
 * @param options `fitted`: the first so many shape the plane, and the others are laid in it (default: all shape it);
 * `before`: the plane of the frame before
 */
export function principalPlane(
  rows: Float32Array,
  dim: number,
  { fitted, before }: { fitted?: number; before?: Plane | undefined } = {},
): Plane {
  const all = dim > 0 ? Math.floor(rows.length / dim) : 0;
  const n = Math.min(fitted ?? all, all);
  const centred = centredDirections(rows, all, n, dim);
  const width = Math.min(block, dim);
  const directions = startingDirections(width, dim, before?.axes);
  orthonormalise(directions, width, dim);
  const scores = new Float64Array(n * width);
  for (let round = before ? rounds.later : rounds.first; round > 0; round--) {
    project(centred, directions, scores, n, dim, width);
    gather(centred, scores, directions, n, dim, width);
    orthonormalise(directions, width, dim);
  }
  project(centred, directions, scores, n, dim, width);
  const [first, second] = rotateToPrincipal(directions, scores, n, dim, width);
  const axes = new Float64Array(2 * dim);
  for (let d = 0; d < dim; d++) {
    axes[d] = directions[first * dim + d]!;
    axes[dim + d] = second < 0 ? 0 : directions[second * dim + d]!;
  }
  const points = new Float64Array(2 * all);
  project(centred, axes, points, all, dim, 2);
  const share = shareOf(points.subarray(0, 2 * n), centred.subarray(0, n * dim));
  if (before?.fitted === n) turn(points, before.points.subarray(0, 2 * n), axes);
  return { fitted: n, points, axes, share };
}

/**
 * Turns and mirrors points about their origin so that as many of them as there are targets lie nearest to those, and
 * two axes along with them.
 *
 * @param points f64[n, 2], changed in place
 * @param targets f64[≤ n, 2]
 * @param axes f64[2, dim], changed in place
 */
export function turn(points: Float64Array, targets: Float64Array, axes?: Float64Array): void {
  // The cross-covariance [[a, b], [c, d]] = Σ point · targetᵀ; of the rotations and the mirrored ones, the better.
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < targets.length; i += 2) {
    a += points[i]! * targets[i]!;
    b += points[i]! * targets[i + 1]!;
    c += points[i + 1]! * targets[i]!;
    d += points[i + 1]! * targets[i + 1]!;
  }
  const plain = Math.hypot(a + d, b - c);
  const mirrored = Math.hypot(a - d, b + c);
  if (plain === 0 && mirrored === 0) return;
  const sign = mirrored > plain ? -1 : 1;
  const cos = (a + sign * d) / Math.max(plain, mirrored);
  const sin = (b - sign * c) / Math.max(plain, mirrored);
  const turned = (x: number, y: number): [number, number] => [
    cos * x - sign * sin * y,
    sin * x + sign * cos * y,
  ];
  for (let i = 0; i < points.length; i += 2) {
    [points[i], points[i + 1]] = turned(points[i]!, points[i + 1]!);
  }
  if (!axes) return;
  const dim = axes.length / 2;
  for (let k = 0; k < dim; k++) [axes[k], axes[dim + k]] = turned(axes[k]!, axes[dim + k]!);
}

/** Rows of length 1 (zeros stay), minus the mean of the first n. */
function centredDirections(rows: Float32Array, all: number, n: number, dim: number): Float64Array {
  const centred = new Float64Array(all * dim);
  const mean = new Float64Array(dim);
  for (let i = 0; i < all; i++) {
    let square = 0;
    for (let d = 0; d < dim; d++) square += rows[i * dim + d]! ** 2;
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let d = 0; d < dim; d++) {
      const value = rows[i * dim + d]! * scale;
      centred[i * dim + d] = value;
      if (i < n) mean[d]! += value / n;
    }
  }
  for (let i = 0; i < all; i++) for (let d = 0; d < dim; d++) centred[i * dim + d]! -= mean[d]!;
  return centred;
}

/** Those of the frame before where they fit, and others that no data is likely to be square to. */
function startingDirections(width: number, dim: number, before?: Float64Array): Float64Array {
  const directions = new Float64Array(width * dim);
  for (let k = 0; k < width; k++) {
    for (let d = 0; d < dim; d++)
      directions[k * dim + d] = ((d * 7 + k * 3) % 11) - 5 + (d % width === k ? 9 : 0);
  }
  if (before?.length === 2 * dim && width >= 2) directions.set(before);
  return directions;
}

/** scores[n, width] = centred[n, dim] · directionsᵀ */
function project(
  centred: Float64Array,
  directions: Float64Array,
  scores: Float64Array,
  n: number,
  dim: number,
  width: number,
): void {
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < width; k++) {
      let sum = 0;
      for (let d = 0; d < dim; d++) sum += centred[i * dim + d]! * directions[k * dim + d]!;
      scores[i * width + k] = sum;
    }
  }
}

/** directions = scoresᵀ · centred: the directions times the covariance, but for a factor. */
function gather(
  centred: Float64Array,
  scores: Float64Array,
  directions: Float64Array,
  n: number,
  dim: number,
  width: number,
): void {
  directions.fill(0);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < width; k++) {
      const score = scores[i * width + k]!;
      for (let d = 0; d < dim; d++) directions[k * dim + d]! += score * centred[i * dim + d]!;
    }
  }
}

/** Gram–Schmidt, twice for each row; one that nothing is left of becomes zero. */
function orthonormalise(directions: Float64Array, width: number, dim: number): void {
  for (let k = 0; k < width; k++) {
    const row = directions.subarray(k * dim, (k + 1) * dim);
    const length = Math.sqrt(dot(row, row));
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < k; j++) {
        const other = directions.subarray(j * dim, (j + 1) * dim);
        const overlap = dot(row, other);
        for (let d = 0; d < dim; d++) row[d]! -= overlap * other[d]!;
      }
    }
    const left = Math.sqrt(dot(row, row));
    const scale = left > 1e-10 * length && left > 0 ? 1 / left : 0;
    for (let d = 0; d < dim; d++) row[d]! *= scale;
  }
}

/**
 * Within the block, the directions are turned to be principal: Jacobi rotations of pairs until their scores do not
 * correlate (Rayleigh–Ritz). The two of the most variance.
 */
function rotateToPrincipal(
  directions: Float64Array,
  scores: Float64Array,
  n: number,
  dim: number,
  width: number,
): [first: number, second: number] {
  for (let sweep = 0; sweep < 8; sweep++) {
    for (let p = 0; p < width; p++) {
      for (let q = p + 1; q < width; q++) {
        let [pp, qq, pq] = [0, 0, 0];
        for (let i = 0; i < n; i++) {
          const [x, y] = [scores[i * width + p]!, scores[i * width + q]!];
          pp += x * x;
          qq += y * y;
          pq += x * y;
        }
        if (Math.abs(pq) <= 1e-14 * Math.sqrt(pp * qq)) continue;
        const angle = 0.5 * Math.atan2(2 * pq, pp - qq);
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
        rotateColumns(scores, n, width, p, q, cos, sin);
        rotateRows(directions, dim, p, q, cos, sin);
      }
    }
  }
  const spread = Array.from({ length: width }, (_, k) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += scores[i * width + k]! ** 2;
    return { k, sum };
  }).sort((x, y) => y.sum - x.sum);
  return [spread[0]?.k ?? 0, spread[1]?.k ?? -1];
}

function rotateColumns(
  scores: Float64Array,
  n: number,
  width: number,
  p: number,
  q: number,
  cos: number,
  sin: number,
): void {
  for (let i = 0; i < n; i++) {
    const [x, y] = [scores[i * width + p]!, scores[i * width + q]!];
    scores[i * width + p] = cos * x + sin * y;
    scores[i * width + q] = cos * y - sin * x;
  }
}

function rotateRows(
  directions: Float64Array,
  dim: number,
  p: number,
  q: number,
  cos: number,
  sin: number,
): void {
  for (let d = 0; d < dim; d++) {
    const [x, y] = [directions[p * dim + d]!, directions[q * dim + d]!];
    directions[p * dim + d] = cos * x + sin * y;
    directions[q * dim + d] = cos * y - sin * x;
  }
}

function shareOf(points: Float64Array, centred: Float64Array): number {
  const all = dot(centred, centred);
  return all > 0 ? Math.min(1, dot(points, points) / all) : 0;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
