import { packPlaces } from "./conv2dPack";
import { fewWeights, stripGrid } from "./conv2dStrips";
import { anyTile, tileColumns, tileHeight } from "./matmulTile";

// The product W · patches without a matrix of patches: eight places at a time, their patches are packed straight from the
// laid-out planes into the panel that the tiles read, and every row of weights runs over it while it is in the cache. The
// eight may be of several images: where one has few places, a panel of its last ones would be mostly empty.

/**
 * The sums of a grid of places in each of some images:
 *
 *     c[image, m, i, j] = (accumulate ? c[image, m, i, j] : 0) + Σ_p w[m, p] · laid[image, offset[p] + i · gridStep + j]
 *
 * Each is one chain of multiply-adds in the order of p.
 *
 * @param cPtr       f32[images, rows, gridRows, gridColumns]; images `cImage` and rows `cStep` bytes apart
 * @param weightPtr  f32[rows, depth], packed
 * @param laidPtr    images `laidImage` bytes apart
 * @param offsetsPtr u32[depth], in bytes
 * @param gridStep   bytes
 * @param panelPtr   f32[depth + 1, 8]
 */
export function tileGrid(
  images: i32,
  cPtr: usize,
  cImage: usize,
  cStep: usize,
  weightPtr: usize,
  rows: i32,
  laidPtr: usize,
  laidImage: usize,
  offsetsPtr: usize,
  depth: i32,
  gridRows: i32,
  gridColumns: i32,
  gridStep: usize,
  panelPtr: usize,
  edgePtr: usize,
  accumulate: bool,
): void {
  if (rows <= fewWeights) {
    for (let image = 0; image < images; image++) {
      stripGrid(
        cPtr + <usize>image * cImage,
        cStep,
        weightPtr,
        rows,
        laidPtr + <usize>image * laidImage,
        offsetsPtr,
        depth,
        gridRows,
        gridColumns,
        gridStep,
        edgePtr,
        accumulate,
      );
    }
    return;
  }
  const places = gridRows * gridColumns;
  const all = images * places;
  // From the end of an image's places to the next one's, and from its last row to the next one's first.
  const cSkip = cImage - ((<usize>places) << 2);
  const imageStep = laidImage - <usize>(gridRows - 1) * gridStep;
  let left = places;
  let rowPtr = laidPtr;
  let row = 0;
  let column = 0;
  for (let place = 0; place < all; place += tileColumns) {
    const width = min(tileColumns, all - place);
    packPlaces(
      panelPtr,
      rowPtr,
      row,
      column,
      offsetsPtr,
      depth,
      width,
      gridRows,
      gridColumns,
      gridStep,
      imageStep,
    );
    downRows(
      cPtr,
      cStep,
      width,
      left,
      places,
      cSkip,
      weightPtr,
      rows,
      panelPtr,
      depth,
      edgePtr,
      accumulate,
    );
    cPtr += tileColumns << 2;
    for (left -= tileColumns; left <= 0; left += places) cPtr += cSkip;
    for (column += tileColumns; column >= gridColumns; column -= gridColumns) {
      row++;
      rowPtr += row < gridRows ? gridStep : imageStep;
      if (row == gridRows) row = 0;
    }
  }
}

/**
 * One panel of up to 8 columns, and down the rows of packed weights.
 *
 * @param left   how many columns lie side by side from cPtr on; then come `cSkip` bytes and `places` columns, and so on
 */
export function downRows(
  cPtr: usize,
  cStep: usize,
  width: i32,
  left: i32,
  places: i32,
  cSkip: usize,
  weightPtr: usize,
  rows: i32,
  panelPtr: usize,
  depth: i32,
  edgePtr: usize,
  accumulate: bool,
): void {
  const panelStep: usize = tileColumns << 2;
  const whole = min(width, left) == tileColumns;
  for (let i = 0; i < rows; ) {
    const height = tileHeight(rows - i);
    if (whole) {
      anyTile(height, cPtr, cStep, weightPtr, panelPtr, panelStep, depth, accumulate);
    } else {
      if (accumulate) copyColumns(true, edgePtr, cPtr, cStep, height, width, left, places, cSkip);
      anyTile(height, edgePtr, panelStep, weightPtr, panelPtr, panelStep, depth, accumulate);
      copyColumns(false, edgePtr, cPtr, cStep, height, width, left, places, cSkip);
    }
    weightPtr += (<usize>height * depth) << 2;
    cPtr += <usize>height * cStep;
    i += height;
  }
}

/** Copies the columns of a tile to the edge tile, or back from there. */
function copyColumns(
  toEdge: bool,
  edgePtr: usize,
  cPtr: usize,
  cStep: usize,
  rows: i32,
  columns: i32,
  left: i32,
  places: i32,
  cSkip: usize,
): void {
  for (let j = 0; j < columns; j++) {
    let c = cPtr;
    let edge = edgePtr;
    for (let i = 0; i < rows; i++) {
      if (toEdge) store<f32>(edge, load<f32>(c));
      else store<f32>(c, load<f32>(edge));
      c += cStep;
      edge += tileColumns << 2;
    }
    edgePtr += 4;
    cPtr += 4;
    if (--left == 0) {
      cPtr += cSkip;
      left = places;
    }
  }
}
