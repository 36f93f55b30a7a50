/** A map of class scores, before the softmax. */
export interface Logits {
  width: number;
  height: number;
  /** How many classes; label = index. */
  classes: number;
  /** width × height × classes values, row-major, class fastest. */
  data: Float32Array;
}

/**
 * Returns the label of each pixel of a *width* × *height* picture, row-major: the class whose
 * logit, interpolated bilinearly with aligned corners, is the largest; ties go to the lower label.
 *
 * Along a row, logits are linear between two columns of the map. So a class that is the largest
 * at both columns is the largest in between, and only where they differ are there scores to
 * interpolate: a picture of 50 megapixels takes a fraction of a second.
 *
 * Throws a RangeError if **width** or **height** is not a positive integer.
 */
export function labelsFromLogits(logits: Logits, width: number, height: number): Uint8Array {
  checkSizes(logits, width, height);
  const {classes} = logits;
  const labels = new Uint8Array(width * height);
  const row = new Float64Array(logits.width * classes);
  const rowLabels = new Uint8Array(logits.width);
  const step = width > 1 ? (logits.width - 1) / (width - 1) : 0;
  for (let y = 0, o = 0; y < height; ++y) {
    interpolateRow(logits, y, height, row);
    for (let i = 0; i < logits.width; ++i) rowLabels[i] = largest(row, i * classes, classes);
    for (let x = 0; x < width; ++x, ++o) {
      const at = x * step;
      const left = Math.min(Math.floor(at), logits.width - 1);
      const right = Math.min(left + 1, logits.width - 1);
      if (rowLabels[left] === rowLabels[right]) {
        labels[o] = rowLabels[left]!;
        continue;
      }
      const t = at - left;
      let label = 0;
      let score = -Infinity;
      for (let c = 0, i = left * classes, j = right * classes; c < classes; ++c, ++i, ++j) {
        const value = row[i] + (row[j] - row[i]) * t;
        if (value > score) {
          score = value;
          label = c;
        }
      }
      labels[o] = label;
    }
  }
  return labels;
}

/**
 * Returns the probability of each class at every pixel of a *width* × *height* picture, row-major,
 * class fastest: the softmax of the logits interpolated there, as {@link probabilitiesAt} has it.
 *
 * Throws a RangeError if **width** or **height** is not a positive integer.
 */
export function probabilitiesFromLogits(
  logits: Logits,
  width: number,
  height: number
): Float32Array {
  checkSizes(logits, width, height);
  const {classes} = logits;
  const probabilities = new Float32Array(width * height * classes);
  const row = new Float64Array(logits.width * classes);
  const scores = new Float64Array(classes);
  const step = width > 1 ? (logits.width - 1) / (width - 1) : 0;
  for (let y = 0, o = 0; y < height; ++y) {
    interpolateRow(logits, y, height, row);
    for (let x = 0; x < width; ++x) {
      interpolateColumn(row, x * step, logits.width, scores);
      softmax(scores);
      for (let c = 0; c < classes; ++c) probabilities[o++] = scores[c];
    }
  }
  return probabilities;
}

/**
 * Returns the probability of each class at pixel (*x*, *y*) of a *width* × *height* picture: the
 * softmax of the logits interpolated there, bilinearly with aligned corners. They sum to 1.
 *
 * Throws a RangeError if the pixel lies outside the picture.
 */
export function probabilitiesAt(
  logits: Logits,
  x: number,
  y: number,
  width: number,
  height: number
): Float32Array {
  checkSizes(logits, width, height);
  if (!(x >= 0 && x <= width - 1 && y >= 0 && y <= height - 1)) {
    throw new RangeError(`invalid pixel: (${x}, ${y}) of a ${width}×${height} picture`);
  }
  const {classes} = logits;
  const row = new Float64Array(logits.width * classes);
  interpolateRow(logits, y, height, row);
  const scores = new Float64Array(classes);
  interpolateColumn(
    row,
    width > 1 ? (x * (logits.width - 1)) / (width - 1) : 0,
    logits.width,
    scores
  );
  softmax(scores);
  return Float32Array.from(scores);
}

function checkSizes(logits: Logits, width: number, height: number): void {
  if (!(Number.isSafeInteger(width) && width > 0)) throw new RangeError(`invalid width: ${width}`);
  if (!(Number.isSafeInteger(height) && height > 0)) {
    throw new RangeError(`invalid height: ${height}`);
  }
  if (logits.data.length !== logits.width * logits.height * logits.classes) {
    throw new RangeError(
      `invalid logits: ${logits.data.length} values for ` +
        `${logits.width}×${logits.height}×${logits.classes}`
    );
  }
}

/** Fills *row* with the logits at row *y* of *height*: every column of the map, class fastest. */
function interpolateRow(logits: Logits, y: number, height: number, row: Float64Array): void {
  const at = height > 1 ? (y * (logits.height - 1)) / (height - 1) : 0;
  const above = Math.min(Math.floor(at), logits.height - 1);
  const below = Math.min(above + 1, logits.height - 1);
  const t = at - above;
  for (let k = 0, i = above * row.length, j = below * row.length; k < row.length; ++k, ++i, ++j) {
    const value = logits.data[i];
    row[k] = value + (logits.data[j] - value) * t;
  }
}

/** Fills *scores* with the logits at column *at* of a row of *columns* of the map. */
function interpolateColumn(
  row: Float64Array,
  at: number,
  columns: number,
  scores: Float64Array
): void {
  const left = Math.min(Math.floor(at), columns - 1);
  const right = Math.min(left + 1, columns - 1);
  for (let c = 0, i = left * scores.length, j = right * scores.length; c < scores.length; ++c)
    scores[c] = row[i + c] + (row[j + c] - row[i + c]) * (at - left);
}

/** Makes *scores* probabilities. Shifted by the largest, no exponential overflows. */
function softmax(scores: Float64Array): void {
  let most = -Infinity;
  for (const score of scores) if (score > most) most = score;
  let sum = 0;
  for (let c = 0; c < scores.length; ++c) sum += scores[c] = Math.exp(scores[c] - most);
  for (let c = 0; c < scores.length; ++c) scores[c] /= sum;
}

function largest(row: Float64Array, start: number, count: number): number {
  let label = 0;
  for (let c = 1; c < count; ++c) if (row[start + c] > row[start + label]) label = c;
  return label;
}
