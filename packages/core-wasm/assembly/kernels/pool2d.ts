// A window is kernelHeight × kernelWidth places of a plane, and windows lie side by side: place (i, j) of the small plane
// stands for rows i·kernelHeight … and columns j·kernelWidth … of the large one. Rows and columns beyond the last whole
// window have no part.

/**
 * small[p, i, j] = (accumulate ? small[p, i, j] : 0) + (Σ large[p, its window]) / divisor: the average, and the gradient of
 * nearest upsampling. Each is a chain of additions in the order of the window's rows.
 *
 * @param smallPtr f32[planes, ⌊height / kernelHeight⌋, ⌊width / kernelWidth⌋]
 * @param largePtr f32[planes, height, width]
 */
export function poolSums(
  smallPtr: usize,
  largePtr: usize,
  planes: i32,
  height: i32,
  width: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  divisor: f32,
  accumulate: bool,
): void {
  const rows = height / kernelHeight;
  const columns = width / kernelWidth;
  const rowBytes = (<usize>width) << 2;
  const windowBytes = (<usize>kernelWidth) << 2;
  const divisors = f32x4.splat(divisor);
  for (let p = 0; p < planes; p++) {
    for (let i = 0; i < rows; i++) {
      let window = largePtr + <usize>(i * kernelHeight) * rowBytes;
      let j = 0;
      if (kernelWidth == 2) {
        for (; j + 4 <= columns; j += 4) {
          let sums = f32x4.splat(0);
          let row = window;
          for (let u = 0; u < kernelHeight; u++) {
            const a = v128.load(row);
            const b = v128.load(row, 16);
            sums = f32x4.add(sums, v128.shuffle<f32>(a, b, 0, 2, 4, 6));
            sums = f32x4.add(sums, v128.shuffle<f32>(a, b, 1, 3, 5, 7));
            row += rowBytes;
          }
          sums = f32x4.div(sums, divisors);
          v128.store(smallPtr, accumulate ? f32x4.add(v128.load(smallPtr), sums) : sums);
          smallPtr += 16;
          window += 32;
        }
      }
      for (; j < columns; j++) {
        let sum: f32 = 0;
        let row = window;
        for (let u = 0; u < kernelHeight; u++) {
          for (let at = row; at < row + windowBytes; at += 4) sum += load<f32>(at);
          row += rowBytes;
        }
        sum /= divisor;
        store<f32>(smallPtr, accumulate ? load<f32>(smallPtr) + sum : sum);
        smallPtr += 4;
        window += windowBytes;
      }
    }
    largePtr += <usize>height * rowBytes;
  }
}

/**
 * large[p, every place of a window] = (accumulate ? what it was : 0) + small[p, i, j] / divisor: nearest upsampling, and the
 * gradient of the average.
 *
 * @param largePtr f32[planes, height, width]
 * @param smallPtr f32[planes, ⌊height / kernelHeight⌋, ⌊width / kernelWidth⌋]
 */
export function spreadWindows(
  largePtr: usize,
  smallPtr: usize,
  planes: i32,
  height: i32,
  width: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  divisor: f32,
  accumulate: bool,
): void {
  const rows = height / kernelHeight;
  const columns = width / kernelWidth;
  const rowBytes = (<usize>width) << 2;
  const divisors = f32x4.splat(divisor);
  for (let p = 0; p < planes; p++) {
    for (let i = 0; i < rows; i++) {
      for (let u = 0; u < kernelHeight; u++) {
        let to = largePtr + <usize>(i * kernelHeight + u) * rowBytes;
        let from = smallPtr;
        let j = 0;
        if (kernelWidth == 2) {
          for (; j + 4 <= columns; j += 4) {
            const values = f32x4.div(v128.load(from), divisors);
            const low = v128.shuffle<f32>(values, values, 0, 0, 1, 1);
            const high = v128.shuffle<f32>(values, values, 2, 2, 3, 3);
            v128.store(to, accumulate ? f32x4.add(v128.load(to), low) : low);
            v128.store(to, accumulate ? f32x4.add(v128.load(to, 16), high) : high, 16);
            from += 16;
            to += 32;
          }
        }
        for (; j < columns; j++) {
          const value = load<f32>(from) / divisor;
          for (let v = 0; v < kernelWidth; v++) {
            store<f32>(to, accumulate ? load<f32>(to) + value : value);
            to += 4;
          }
          from += 4;
        }
      }
      smallPtr += (<usize>columns) << 2;
    }
    largePtr += <usize>height * rowBytes;
  }
}

/**
 * out[p, i, j] = the greatest of x[p, its window], NaN if one is.
 *
 * @param outPtr f32[planes, ⌊height / kernelHeight⌋, ⌊width / kernelWidth⌋]
 * @param xPtr   f32[planes, height, width]
 */
export function maxPool2d(
  outPtr: usize,
  xPtr: usize,
  planes: i32,
  height: i32,
  width: i32,
  kernelHeight: i32,
  kernelWidth: i32,
): void {
  const rows = height / kernelHeight;
  const columns = width / kernelWidth;
  const rowBytes = (<usize>width) << 2;
  const windowBytes = (<usize>kernelWidth) << 2;
  for (let p = 0; p < planes; p++) {
    for (let i = 0; i < rows; i++) {
      let window = xPtr + <usize>(i * kernelHeight) * rowBytes;
      let j = 0;
      if (kernelWidth == 2) {
        for (; j + 4 <= columns; j += 4) {
          let greatest = f32x4.splat(-Infinity);
          let row = window;
          for (let u = 0; u < kernelHeight; u++) {
            const a = v128.load(row);
            const b = v128.load(row, 16);
            greatest = f32x4.max(greatest, v128.shuffle<f32>(a, b, 0, 2, 4, 6));
            greatest = f32x4.max(greatest, v128.shuffle<f32>(a, b, 1, 3, 5, 7));
            row += rowBytes;
          }
          v128.store(outPtr, greatest);
          outPtr += 16;
          window += 32;
        }
      }
      for (; j < columns; j++) {
        let greatest: f32 = -Infinity;
        let row = window;
        for (let u = 0; u < kernelHeight; u++) {
          for (let at = row; at < row + windowBytes; at += 4) greatest = max(greatest, load<f32>(at));
          row += rowBytes;
        }
        store<f32>(outPtr, greatest);
        outPtr += 4;
        window += windowBytes;
      }
    }
    xPtr += <usize>height * rowBytes;
  }
}

/**
 * dx[p, where the window has its greatest] += dy[p, i, j]: the first of several that are equal, the last NaN if there is one.
 *
 * @param dxPtr f32[planes, height, width]
 * @param dyPtr f32[planes, ⌊height / kernelHeight⌋, ⌊width / kernelWidth⌋]
 */
export function maxPool2dBackward(
  dxPtr: usize,
  dyPtr: usize,
  xPtr: usize,
  planes: i32,
  height: i32,
  width: i32,
  kernelHeight: i32,
  kernelWidth: i32,
): void {
  const rows = height / kernelHeight;
  const columns = width / kernelWidth;
  const rowBytes = (<usize>width) << 2;
  const windowBytes = (<usize>kernelWidth) << 2;
  const toDx = dxPtr - xPtr;
  for (let p = 0; p < planes; p++) {
    for (let i = 0; i < rows; i++) {
      let window = xPtr + <usize>(i * kernelHeight) * rowBytes;
      for (let j = 0; j < columns; j++) {
        let best = window;
        let greatest = load<f32>(window);
        let row = window;
        for (let u = 0; u < kernelHeight; u++) {
          for (let at = row; at < row + windowBytes; at += 4) {
            const value = load<f32>(at);
            if (value > greatest || value != value) {
              greatest = value;
              best = at;
            }
          }
          row += rowBytes;
        }
        store<f32>(best + toDx, load<f32>(best + toDx) + load<f32>(dyPtr));
        dyPtr += 4;
        window += windowBytes;
      }
    }
    xPtr += <usize>height * rowBytes;
  }
}
