/** What the Lovász-softmax loss is asked to do. */
export interface LovaszOptions {
  /** Height and width of the logits. */
  readonly size: readonly [height: number, width: number];
  readonly classes: number;
  /** Height and width of the labels. */
  readonly labelSize: readonly [height: number, width: number];
  /** Only every *every*-th row and column of labels counts. Default 2. */
  readonly every?: number;
  /** What the gradient is multiplied by. Default 1. */
  readonly weight?: number;
}

/** Steps from 0 to 1 in which errors are sorted. */
const STEPS = 1024;

/**
 * Adds to *gradient* (`[height, width, classes]`, as *logits*) that of the Lovász-softmax loss of
 * one picture (Berman, Triki and Blaschko 2018), a stand-in for 1 − IoU that has slopes, averaged
 * over the classes present, and returns the loss, from 0 to 1. *labels* are those of the logits
 * upsampled (bilinear, aligned corners); the number of classes is void.
 *
 * The loss of a class is Σ_i e_i g_i over pixels in the order of their errors e, largest first,
 * where g_i is how much the Jaccard loss grows when pixel i joins those in error. Errors are
 * sorted into 1024 steps. Pixels of one step count as tied, for which any order gives a
 * subgradient: here those that show the class come first, and the others share what is left.
 */
export function addLovasz(
  logits: Float32Array,
  labels: Uint8Array,
  gradient: Float32Array,
  {size, classes, labelSize, every = 2, weight = 1}: LovaszOptions
): number {
  const [rows, columns] = labelSize;
  const most = Math.ceil(rows / every) * Math.ceil(columns / every);
  const p = new Float32Array(most * classes);
  const truths = new Uint8Array(most);
  const sizes = new Uint32Array(classes);
  const count = forEachLabel(labels, size, labelSize, every, classes, (i, truth, corners) => {
    truths[i] = truth;
    sizes[truth]++;
    softmax(logits, corners, p, i * classes, classes);
  });
  const present = sizes.reduce((sum, n) => sum + (n > 0 ? 1 : 0), 0);
  if (present === 0) return 0;

  let loss = 0;
  const slopes = new Float32Array(count * classes); // of the loss, by p
  for (let c = 0; c < classes; c++) {
    if (sizes[c] === 0) continue;
    const {inside, outside} = jaccardSlopes(p, truths, count, c, classes, sizes[c]);
    for (let i = 0, at = c; i < count; i++, at += classes) {
      const isTrue = truths[i] === c;
      const error = isTrue ? 1 - p[at] : p[at];
      const slope = (isTrue ? inside : outside)[stepOf(error)] / present;
      loss += error * slope;
      slopes[at] = isTrue ? -slope : slope;
    }
  }

  forEachLabel(labels, size, labelSize, every, classes, (i, _, {at, share}) => {
    const from = i * classes;
    let mean = 0;
    for (let c = 0; c < classes; c++) mean += p[from + c] * slopes[from + c];
    for (let c = 0; c < classes; c++) {
      const g = weight * p[from + c] * (slopes[from + c] - mean);
      for (let k = 0; k < 4; k++) gradient[at[k] + c] += g * share[k];
    }
  });
  return loss;
}

/**
 * Returns, for an error of each step, how much the Jaccard loss of a class grows when a pixel that
 * shows it, or one that does not, joins those in error.
 */
function jaccardSlopes(
  p: Float32Array,
  truths: Uint8Array,
  count: number,
  label: number,
  classes: number,
  size: number
): {inside: Float64Array; outside: Float64Array} {
  const inside = new Float64Array(STEPS);
  const outside = new Float64Array(STEPS);
  for (let i = 0, at = label; i < count; i++, at += classes) {
    if (truths[i] === label) inside[stepOf(1 - p[at])]++;
    else outside[stepOf(p[at])]++;
  }
  // The loss is 1 − (size − missed) / (size + joined).
  let [missed, joined] = [0, 0];
  for (let s = STEPS - 1; s >= 0; s--) {
    const union = size + joined;
    const added = outside[s];
    missed += inside[s];
    joined += added;
    inside[s] = 1 / union;
    outside[s] = (size - missed) / union / (union + added);
  }
  return {inside, outside};
}

function stepOf(error: number): number {
  return Math.min(STEPS - 1, Math.floor(error * STEPS));
}

/** The four logits that a label's are mixed from: where their first classes are, and the shares. */
interface Corners {
  readonly at: Int32Array;
  readonly share: Float64Array;
}

/** Visits the labels that are classes, in order; returns how many there are. */
function forEachLabel(
  labels: Uint8Array,
  [height, width]: readonly [number, number],
  [rows, columns]: readonly [number, number],
  every: number,
  classes: number,
  visit: (i: number, truth: number, corners: Corners) => void
): number {
  const stepY = rows > 1 ? (height - 1) / (rows - 1) : 0;
  const stepX = columns > 1 ? (width - 1) / (columns - 1) : 0;
  const corners = {at: new Int32Array(4), share: new Float64Array(4)};
  let i = 0;
  for (let y = 0; y < rows; y += every) {
    const y0 = Math.min(Math.floor(y * stepY), height - 1);
    const y1 = Math.min(y0 + 1, height - 1);
    const v = y * stepY - y0;
    for (let x = 0; x < columns; x += every) {
      const truth = labels[y * columns + x];
      if (truth === classes) continue;
      const x0 = Math.min(Math.floor(x * stepX), width - 1);
      const x1 = Math.min(x0 + 1, width - 1);
      const u = x * stepX - x0;
      corners.at[0] = (y0 * width + x0) * classes;
      corners.at[1] = (y0 * width + x1) * classes;
      corners.at[2] = (y1 * width + x0) * classes;
      corners.at[3] = (y1 * width + x1) * classes;
      corners.share[0] = (1 - v) * (1 - u);
      corners.share[1] = (1 - v) * u;
      corners.share[2] = v * (1 - u);
      corners.share[3] = v * u;
      visit(i++, truth, corners);
    }
  }
  return i;
}

/** Writes the probabilities of a label's mixed logits to *p* from *to* on. */
function softmax(
  logits: Float32Array,
  {at, share}: Corners,
  p: Float32Array,
  to: number,
  classes: number
): void {
  let most = -Infinity;
  for (let c = 0; c < classes; c++) {
    let value = 0;
    for (let k = 0; k < 4; k++) value += logits[at[k] + c] * share[k];
    p[to + c] = value;
    most = Math.max(most, value);
  }
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += p[to + c] = Math.exp(p[to + c] - most);
  for (let c = 0; c < classes; c++) p[to + c] /= sum;
}
