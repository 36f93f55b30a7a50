import {at, multiplyAdd} from "./simd";

/** The transpose of a bilinear resize with aligned corners: dx += weights · dy, from zero. */
export function resizeInput(
  dy: usize,
  dx: usize,
  batch: i32,
  height: i32,
  width: i32,
  outHeight: i32,
  outWidth: i32,
  channels: i32
): void {
  const bytes = (<usize>channels) << 2;
  memory.fill(dx, 0, <usize>(batch * height * width) * bytes);
  const stepY: f32 = outHeight > 1 ? <f32>(height - 1) / <f32>(outHeight - 1) : 0;
  const stepX: f32 = outWidth > 1 ? <f32>(width - 1) / <f32>(outWidth - 1) : 0;
  for (let b = 0; b < batch; b++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const fy = <f32>oy * stepY;
      const y0 = min(<i32>fy, height - 1);
      const y1 = min(y0 + 1, height - 1);
      const v = fy - <f32>y0;
      for (let ox = 0; ox < outWidth; ox++) {
        const fx = <f32>ox * stepX;
        const x0 = min(<i32>fx, width - 1);
        const x1 = min(x0 + 1, width - 1);
        const u = fx - <f32>x0;
        const from = at(dy, ((b * outHeight + oy) * outWidth + ox) * channels);
        addScaled(from, at(dx, ((b * height + y0) * width + x0) * channels), (1 - v) * (1 - u), bytes);
        addScaled(from, at(dx, ((b * height + y0) * width + x1) * channels), (1 - v) * u, bytes);
        addScaled(from, at(dx, ((b * height + y1) * width + x0) * channels), v * (1 - u), bytes);
        addScaled(from, at(dx, ((b * height + y1) * width + x1) * channels), v * u, bytes);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function addScaled(from: usize, to: usize, scale: f32, bytes: usize): void {
  if (scale == 0) return;
  const s = f32x4.splat(scale);
  let c: usize = 0;
  for (; c + 16 <= bytes; c += 16)
    v128.store(to + c, multiplyAdd(v128.load(from + c), s, v128.load(to + c)));
  for (; c < bytes; c += 4) store<f32>(to + c, load<f32>(to + c) + load<f32>(from + c) * scale);
}
