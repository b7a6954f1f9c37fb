import { sumOf } from "./rows";

/**
 * Lays planes out with their padding, the columns of a row sorted by their remainder by `step`, so that every step-th
 * column becomes a neighbour:
 *
 *     laid[c, r, q mod step, q div step] = x[c, r − top, q − left], and 0 outside of x
 *
 * @param laidPtr f32[channels, rows, step, columns]
 * @param xPtr    f32[channels, height, width]
 * @param top     rows of zeros above; negative: rows of x that are left out
 */
export function layPlanes(
  laidPtr: usize,
  xPtr: usize,
  channels: i32,
  height: i32,
  width: i32,
  top: i32,
  left: i32,
  rows: i32,
  columns: i32,
  step: i32,
): void {
  const runBytes = (<usize>columns) << 2;
  for (let c = 0; c < channels; c++) {
    for (let r = 0; r < rows; r++) {
      const y = r - top;
      if (y < 0 || y >= height) {
        for (let phase = 0; phase < step; phase++) {
          clearRun(laidPtr, columns);
          laidPtr += runBytes;
        }
      } else {
        const rowPtr = xPtr + ((<usize>y * width) << 2);
        for (let phase = 0; phase < step; phase++) {
          layRun(laidPtr, rowPtr, width, phase - left, step, columns);
          laidPtr += runBytes;
        }
      }
    }
    xPtr += (<usize>height * width) << 2;
  }
}

/** to[i] = row[start + i · step], and 0 outside of the row. */
function layRun(to: usize, rowPtr: usize, width: i32, start: i32, step: i32, count: i32): void {
  const before = min(count, start >= 0 ? 0 : (step - 1 - start) / step);
  const end = max(before, min(count, start >= width ? 0 : (width - 1 - start) / step + 1));
  clearRun(to, before);
  // Modulo 2³², so a start left of the row is no harm: the first element that is read lies in it.
  const from = rowPtr + ((start + before * step) << 2);
  copyRun(to + ((<usize>before) << 2), from, step, end - before);
  clearRun(to + ((<usize>end) << 2), count - end);
}

function clearRun(to: usize, count: i32): void {
  const zeros = f32x4.splat(0);
  const end = to + ((<usize>count) << 2);
  for (; to + 16 <= end; to += 16) v128.store(to, zeros);
  for (; to < end; to += 4) store<f32>(to, 0);
}

function copyRun(to: usize, from: usize, step: i32, count: i32): void {
  const end = to + ((<usize>count) << 2);
  if (step == 1) {
    for (; to + 16 <= end; to += 16) {
      v128.store(to, v128.load(from));
      from += 16;
    }
  } else if (step == 2) {
    // Four results come from seven floats: the eighth may lie behind the array.
    for (; to + 20 <= end; to += 16) {
      v128.store(to, v128.shuffle<f32>(v128.load(from), v128.load(from, 16), 0, 2, 4, 6));
      from += 32;
    }
  }
  const stepBytes = (<usize>step) << 2;
  for (; to < end; to += 4) {
    store<f32>(to, load<f32>(from));
    from += stepBytes;
  }
}

/**
 * Adds the planes of one phase to the planes that they are every `rowStep`-th row and `columnStep`-th column of.
 *
 * @param toPtr    f32[channels, height, width], from the phase's first element on
 * @param phasePtr f32[channels, rows, columns]
 */
export function addPhase(
  toPtr: usize,
  phasePtr: usize,
  channels: i32,
  height: i32,
  width: i32,
  rows: i32,
  columns: i32,
  rowStep: i32,
  columnStep: i32,
): void {
  const nothing = f32x4.splat(-0.0);
  const rowBytes = (<usize>rowStep * width) << 2;
  const stepBytes = (<usize>columnStep) << 2;
  for (let c = 0; c < channels; c++) {
    let row = toPtr;
    for (let r = 0; r < rows; r++) {
      let to = row;
      let q = 0;
      if (columnStep == 2) {
        // Between them nothing changes: x + (−0) is x. The last of eight may lie behind the array, so one always stays.
        for (; q + 4 < columns; q += 4) {
          const more = v128.load(phasePtr);
          v128.store(to, f32x4.add(v128.load(to), v128.shuffle<f32>(more, nothing, 0, 4, 1, 5)));
          v128.store(to, f32x4.add(v128.load(to, 16), v128.shuffle<f32>(more, nothing, 2, 6, 3, 7)), 16);
          phasePtr += 16;
          to += 32;
        }
      }
      for (; q < columns; q++) {
        store<f32>(to, load<f32>(to) + load<f32>(phasePtr));
        phasePtr += 4;
        to += stepBytes;
      }
      row += rowBytes;
    }
    toPtr += (<usize>height * width) << 2;
  }
}

/** The first `count` of planes[b, c, :] = bias[c], or 0 without a bias, for the channels from `first` to before `end`. */
export function fillPlanes(
  planesPtr: usize,
  biasPtr: usize,
  batch: i32,
  channels: i32,
  first: i32,
  end: i32,
  places: i32,
  count: i32,
): void {
  const planeBytes = (<usize>places) << 2;
  for (let b = 0; b < batch; b++) {
    for (let c = first; c < end; c++) {
      let toPtr = planesPtr + <usize>(b * channels + c) * planeBytes;
      const value: f32 = biasPtr ? load<f32>(biasPtr + ((<usize>c) << 2)) : 0;
      const endPtr = toPtr + ((<usize>count) << 2);
      for (; toPtr + 16 <= endPtr; toPtr += 16) v128.store(toPtr, f32x4.splat(value));
      for (; toPtr < endPtr; toPtr += 4) store<f32>(toPtr, value);
    }
  }
}

/** out[c] += Σ over images and places of planes[b, c, :]: a float64 sum each, for the channels from `first` to before `end`. */
export function addPlaneSums(
  outPtr: usize,
  planesPtr: usize,
  batch: i32,
  channels: i32,
  first: i32,
  end: i32,
  places: i32,
): void {
  const planeBytes = (<usize>places) << 2;
  for (let c = first; c < end; c++) {
    let sum: f64 = 0;
    for (let b = 0; b < batch; b++) {
      sum += sumOf(planesPtr + <usize>(b * channels + c) * planeBytes, places);
    }
    const to = outPtr + ((<usize>c) << 2);
    store<f32>(to, <f32>(<f64>load<f32>(to) + sum));
  }
}
