/**
 * The memory as a stack. What stays is taken first; what a part of the build needs for itself is
 * taken above it, and given back at once.
 */
let top: usize = (__heap_base + 15) & ~15;

/** Where the memory taken ends, a multiple of 16. */
export function mark(): usize {
  return top;
}

/** Returns room for *bytes*, which holds whatever it held, at a multiple of 16. */
export function take(bytes: usize): usize {
  const start = top;
  reserve(bytes);
  top = start + ((bytes + 15) & ~15);
  return start;
}

/** Makes sure that *bytes* can be taken without growth of the memory, which takes time. */
export function reserve(bytes: usize): void {
  if (bytes > 0xffff_0000 - top) abort();
  const pages = <i32>((top + bytes + 0xffff + 15) >>> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) abort();
}

/** Returns room for *bytes*, all of them 0. */
export function zeros(bytes: usize): usize {
  const start = take(bytes);
  memory.fill(start, 0, bytes);
  return start;
}

/** Gives back all that was taken since *start* was to be taken next. */
export function release(start: usize): void {
  top = start;
}

/** Moves what is at *from* down to *start*, and gives back all that was taken since but it. */
export function keep(start: usize, from: usize, bytes: usize): void {
  memory.copy(start, from, bytes);
  top = start + ((bytes + 15) & ~15);
}
