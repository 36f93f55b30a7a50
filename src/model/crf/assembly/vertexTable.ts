import {take, zeros} from "./memory";

const KEY: usize = 32;

/** Constants of a hash that is a sum: a step along an axis changes it by a constant. */
// @ts-ignore: decorator
@inline
function factor(i: i32): i32 {
  return (0x9e3779b1 * (2 * i + 1)) ^ (0x85ebca6b >>> i) | 1;
}

/**
 * Vertices by their first *dimensions* coordinates (the last follows from them), numbered as they
 * come. Keys are padded with 0 to two vectors.
 */
@unmanaged
export class VertexTable {
  dimensions: i32;
  size: i32;
  mask: i32;
  /** Keys by number, and slots (i32) that hold a number plus one, or 0. */
  keys: usize;
  slots: usize;
  /** For each of *dimensions* + 1 axes, what a step along it adds to a key, and to its hash. */
  steps: usize;
  hashSteps: usize;
}

/** Returns an empty table. */
export function vertexTable(dimensions: i32): VertexTable {
  const table = changetype<VertexTable>(take(offsetof<VertexTable>()));
  table.dimensions = dimensions;
  table.size = 0;
  table.steps = zeros(<usize>(dimensions + 1) * KEY);
  table.hashSteps = take(<usize>(dimensions + 1) << 2);
  for (let axis = 0; axis <= dimensions; axis++) {
    const step = table.steps + <usize>axis * KEY;
    for (let i = 0; i < dimensions; i++)
      store<i32>(step + (<usize>i << 2), i == axis ? -dimensions : 1);
    store<i32>(table.hashSteps + (<usize>axis << 2), hashOf(table, step));
  }
  makeSlots(table, 1024);
  return table;
}

function makeSlots(table: VertexTable, count: i32): void {
  table.mask = count - 1;
  table.slots = zeros(<usize>count << 2);
  table.keys = take(<usize>(count >> 2) * KEY);
}

/** The hash of the key at *key*, before it is mixed: a sum over coordinates. */
export function hashOf(table: VertexTable, key: usize): i32 {
  let hash: i32 = 0;
  for (let i = 0; i < table.dimensions; i++)
    hash += load<i32>(key + (<usize>i << 2)) * factor(i);
  return hash;
}

/** The slot where the vertex of a key is, or would be. */
// @ts-ignore: decorator
@inline
function slotOf(table: VertexTable, low: v128, high: v128, hash: i32): usize {
  let mixed = (hash ^ (hash >>> 15)) * 0x2c1b3c6d;
  mixed ^= mixed >>> 13;
  let slot = table.slots + (<usize>(mixed & table.mask) << 2);
  while (true) {
    const number = load<i32>(slot);
    if (number == 0) break;
    const key = table.keys + <usize>(number - 1) * KEY;
    const differ = v128.or(
      v128.xor(low, v128.load(key)),
      v128.xor(high, v128.load(key, 16))
    );
    if (!v128.any_true(differ)) break;
    mixed++;
    slot = table.slots + (<usize>(mixed & table.mask) << 2);
  }
  return slot;
}

/** The number of the vertex at a key, which it has from now on. */
// @ts-ignore: decorator
@inline
export function vertexAt(table: VertexTable, low: v128, high: v128, hash: i32): i32 {
  const slot = slotOf(table, low, high, hash);
  const found = load<i32>(slot);
  return found > 0 ? found - 1 : add(table, low, high, slot);
}

function add(table: VertexTable, low: v128, high: v128, slot: usize): i32 {
  const vertex = table.size++;
  const key = table.keys + <usize>vertex * KEY;
  v128.store(key, low);
  v128.store(key, high, 16);
  store<i32>(slot, vertex + 1);
  if (4 * table.size > table.mask) grow(table);
  return vertex;
}

/** Doubles the table. */
function grow(table: VertexTable): void {
  const keys = table.keys;
  makeSlots(table, 2 * (table.mask + 1));
  memory.copy(table.keys, keys, <usize>table.size * KEY);
  for (let vertex = 0; vertex < table.size; vertex++) {
    const key = table.keys + <usize>vertex * KEY;
    const hash = hashOf(table, key);
    store<i32>(slotOf(table, v128.load(key), v128.load(key, 16), hash), vertex + 1);
  }
}

/**
 * Writes the neighbors of all vertices along all axes, axis by axis, as numbers times *stride*, to
 * *before* and *after*; where there is none, the vertex after the last.
 */
export function writeNeighbors(
  table: VertexTable,
  before: usize,
  after: usize,
  stride: i32
): void {
  const size = table.size;
  for (let axis = 0; axis <= table.dimensions; axis++) {
    const step = table.steps + <usize>axis * KEY;
    const low = v128.load(step), high = v128.load(step, 16);
    const hashStep = load<i32>(table.hashSteps + (<usize>axis << 2));
    for (let vertex = 0; vertex < size; vertex++)
      store<i32>(before + (<usize>vertex << 2), size * stride);
    for (let vertex = 0; vertex < size; vertex++) {
      const key = table.keys + <usize>vertex * KEY;
      const found = load<i32>(
        slotOf(
          table,
          i32x4.add(v128.load(key), low),
          i32x4.add(v128.load(key, 16), high),
          hashOf(table, key) + hashStep
        )
      );
      store<i32>(after + (<usize>vertex << 2), (found > 0 ? found - 1 : size) * stride);
      if (found > 0) store<i32>(before + (<usize>(found - 1) << 2), vertex * stride);
    }
    before += <usize>size << 2;
    after += <usize>size << 2;
  }
}
