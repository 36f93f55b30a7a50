/** Copies of maps that keep positions and change channels, or the reverse. */

/** Copies *count* channels from channel *first* of a map of *channels*: part of a concatenation. */
export function sliceChannels(
  map: usize,
  part: usize,
  positions: i32,
  channels: i32,
  first: i32,
  count: i32
): void {
  const bytes = <usize>count << 2;
  let from = map + (<usize>first << 2);
  for (let p = 0; p < positions; p++) {
    memory.copy(part, from, bytes);
    from += <usize>channels << 2;
    part += bytes;
  }
}

/** Writes value[b, c] · scale to each of the *positions* of map b. */
export function spread(
  value: usize,
  map: usize,
  batch: i32,
  positions: i32,
  channels: i32,
  scale: f32
): void {
  const bytes = <usize>channels << 2;
  for (let b = 0; b < batch; b++) {
    for (let c: usize = 0; c < bytes; c += 4)
      store<f32>(map + c, load<f32>(value + c) * scale);
    for (let p = 1; p < positions; p++) memory.copy(map + bytes * <usize>p, map, bytes);
    map += bytes * <usize>positions;
    value += bytes;
  }
}
