import {product, productFilter} from "./products";
import {at} from "./simd";

/**
 * Convolutions of more than one tap, as products: a block of positions at a time gathers what its
 * taps read, so that it is used while it is in the second-level cache.
 */

/** Positions in a block of gathered taps. */
const TAP_BLOCK: i32 = 32;

/**
 * A convolution of k × k taps with SAME padding: *packed* is the kernel `[k · k · channels, to]`
 * as {@link pack} leaves it, *scratch* has room for 32 · k · k · channels float32.
 */
export function convolve(
  x: usize,
  packed: usize,
  out: usize,
  scratch: usize,
  to: i32,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  k: i32,
  stride: i32,
  rate: i32,
  top: i32,
  left: i32
): void {
  const rows = k * k * channels;
  const positions = batch * outHeight * outWidth;
  for (let start = 0; start < positions; start += TAP_BLOCK) {
    const count = min(TAP_BLOCK, positions - start);
    for (let p = 0; p < count; p++)
      gather(
        x, at(scratch, p * rows), start + p, height, width,
        channels, outHeight, outWidth, k, stride, rate, top, left
      );
    product(scratch, packed, at(out, start * to), count, rows, to);
  }
}

/** Adds to *filter*, `[k · k · channels, to]`, its gradient; *scratch* as for {@link convolve}. */
export function convolveFilter(
  x: usize,
  dy: usize,
  filter: usize,
  scratch: usize,
  to: i32,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  k: i32,
  stride: i32,
  rate: i32,
  top: i32,
  left: i32
): void {
  const rows = k * k * channels;
  const positions = batch * outHeight * outWidth;
  for (let start = 0; start < positions; start += TAP_BLOCK) {
    const count = min(TAP_BLOCK, positions - start);
    for (let p = 0; p < count; p++)
      gather(
        x, at(scratch, p * rows), start + p, height, width,
        channels, outHeight, outWidth, k, stride, rate, top, left
      );
    productFilter(scratch, at(dy, start * to), filter, count, rows, to);
  }
}

/**
 * Adds to *dx* the gradient of its input: *packed* is the kernel's transpose
 * `[to, k · k · channels]` as {@link pack} leaves it; *scratch* as for {@link convolve}.
 */
export function convolveInput(
  dx: usize,
  packed: usize,
  dy: usize,
  scratch: usize,
  to: i32,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  k: i32,
  stride: i32,
  rate: i32,
  top: i32,
  left: i32
): void {
  const rows = k * k * channels;
  const positions = batch * outHeight * outWidth;
  for (let start = 0; start < positions; start += TAP_BLOCK) {
    const count = min(TAP_BLOCK, positions - start);
    product(at(dy, start * to), packed, scratch, count, to, rows);
    for (let p = 0; p < count; p++)
      scatter(
        at(scratch, p * rows), dx, start + p, height, width,
        channels, outHeight, outWidth, k, stride, rate, top, left
      );
  }
}

/** Copies what the taps of one output read, `[k, k, channels]`, zeros outside the map. */
function gather(
  x: usize,
  taps: usize,
  position: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  k: i32,
  stride: i32,
  rate: i32,
  top: i32,
  left: i32
): void {
  const bytes = <usize>channels << 2;
  const row = position / outWidth;
  const y0 = (row % outHeight) * stride - top;
  const x0 = (position % outWidth) * stride - left;
  const map = (row / outHeight) * height;
  for (let i = 0; i < k; i++) {
    const y = y0 + i * rate;
    for (let j = 0; j < k; j++) {
      const col = x0 + j * rate;
      if (y >= 0 && y < height && col >= 0 && col < width)
        memory.copy(taps, at(x, ((map + y) * width + col) * channels), bytes);
      else memory.fill(taps, 0, bytes);
      taps += bytes;
    }
  }
}

/** The transpose of {@link gather}: adds what the taps of one output hold to the map. */
function scatter(
  taps: usize,
  dx: usize,
  position: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  k: i32,
  stride: i32,
  rate: i32,
  top: i32,
  left: i32
): void {
  const bytes = <usize>channels << 2;
  const row = position / outWidth;
  const y0 = (row % outHeight) * stride - top;
  const x0 = (position % outWidth) * stride - left;
  const map = (row / outHeight) * height;
  for (let i = 0; i < k; i++) {
    const y = y0 + i * rate;
    for (let j = 0; j < k; j++) {
      const col = x0 + j * rate;
      if (y >= 0 && y < height && col >= 0 && col < width) {
        const to = at(dx, ((map + y) * width + col) * channels);
        let c: usize = 0;
        for (; c + 16 <= bytes; c += 16)
          v128.store(to + c, f32x4.add(v128.load(to + c), v128.load(taps + c)));
        for (; c < bytes; c += 4) store<f32>(to + c, load<f32>(to + c) + load<f32>(taps + c));
      }
      taps += bytes;
    }
  }
}
