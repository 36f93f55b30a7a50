import {halfTable, singleToHalf} from "./halfPrecision.ts";
import {weightShapes, type Network} from "./network.ts";

/** A tensor without a backend: **data** is row-major, the last dimension fastest. */
export interface NamedTensor {
  shape: number[];
  data: Float32Array;
}

/** Tensors by name, such as `aspp0/weights`. */
export type Weights = Map<string, NamedTensor>;

/** How many bytes a value takes, by the safetensors name of its type. */
const bytesPerValue = {F16: 2, BF16: 2, F32: 4} as const;

type Dtype = keyof typeof bytesPerValue;

interface HeaderEntry {
  name: string;
  dtype: Dtype;
  shape: number[];
  length: number;
  begin: number;
  end: number;
}

/** A header larger than this cannot belong to a network of ours: a hundred bytes a tensor is usual. */
const maxHeaderBytes = 16 * 1024 * 1024;

/**
 * Returns the tensors of a safetensors file, half and bfloat16 precision widened to single, and
 * its metadata.
 *
 * Everything that the header claims is checked against the length of the file before anything is
 * allocated for it; the tensors must tile the file exactly. Throws an Error that says what is
 * wrong, and in which tensor.
 */
export function readSafetensors(bytes: Uint8Array): {
  tensors: Weights;
  metadata: Record<string, string>;
} {
  const {header, start} = readHeader(bytes);
  const {__metadata__: claimed = {}, ...claims} = header;
  const metadata = readMetadata(claimed);
  const entries = Object.entries(claims).map(([name, claim]) =>
    readEntry(name, claim, bytes.length - start)
  );
  checkTiling(entries, bytes.length - start);
  const tensors: Weights = new Map();
  for (const {name, dtype, shape, length, begin, end} of entries) {
    const data = bytes.subarray(start + begin, start + end);
    tensors.set(name, {shape, data: decoders[dtype](data, length)});
  }
  return {tensors, metadata};
}

function readHeader(bytes: Uint8Array): {header: Record<string, unknown>; start: number} {
  if (bytes.length < 8) {
    throw new Error(`not a safetensors file: ${bytes.length} bytes are too few for a header`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getBigUint64(0, true);
  if (size > maxHeaderBytes) {
    throw new Error(`not a safetensors file: it claims a header of ${size} bytes`);
  }
  const start = 8 + Number(size);
  if (start > bytes.length) {
    throw new Error(
      `not a safetensors file, or a truncated one: it claims a header of ${size} bytes ` +
        `and has ${bytes.length} in all`
    );
  }
  let header: unknown;
  try {
    const text = new TextDecoder("utf-8", {fatal: true}).decode(bytes.subarray(8, start));
    header = JSON.parse(text);
    checkKeys(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`invalid safetensors header: ${reason}`, {cause: error});
  }
  if (!isRecord(header)) throw new Error("invalid safetensors header: not a JSON object");
  return {header, start};
}

/** Throws if an object in valid JSON *text* has one key twice, where JSON.parse keeps the last. */
function checkKeys(text: string): void {
  const objects: Set<string>[] = [];
  for (let i = 0; i < text.length; ++i) {
    if (text[i] === "{") objects.push(new Set());
    else if (text[i] === "}") objects.pop();
    else if (text[i] === '"') {
      const start = i++;
      for (; text[i] !== '"'; ++i) if (text[i] === "\\") ++i;
      // A string before a colon is a key of the innermost open object.
      let next = i + 1;
      while (" \t\n\r".includes(text[next])) ++next;
      if (text[next] !== ":") continue;
      const key = JSON.parse(text.slice(start, i + 1)) as string;
      const keys = objects.at(-1)!;
      if (keys.has(key)) throw new Error(`duplicate key "${shorten(key)}"`);
      keys.add(key);
    }
  }
}

function readMetadata(claimed: unknown): Record<string, string> {
  if (!isRecord(claimed)) throw new Error("invalid safetensors metadata: not an object");
  for (const [key, value] of Object.entries(claimed)) {
    if (typeof value !== "string") {
      throw new Error(`invalid safetensors metadata: "${shorten(key)}" is not a string`);
    }
  }
  return claimed as Record<string, string>;
}

function readEntry(name: string, claim: unknown, available: number): HeaderEntry {
  const invalid = (what: string) => new Error(`invalid tensor "${shorten(name)}": ${what}`);
  if (!isRecord(claim)) throw invalid("not an object");
  const {dtype, shape, data_offsets: offsets, ...others} = claim;
  for (const key in others) throw invalid(`unknown key "${shorten(key)}"`);
  if (typeof dtype !== "string" || !Object.hasOwn(bytesPerValue, dtype)) {
    throw invalid(`dtype ${show(dtype)}; F16, BF16 and F32 are legal`);
  }
  if (!(Array.isArray(shape) && shape.every(isSize))) {
    throw invalid(`shape ${show(shape)}; a list of integers, 0 or more, is legal`);
  }
  if (!(Array.isArray(offsets) && offsets.length === 2 && offsets.every(isSize))) {
    throw invalid(`data_offsets ${show(offsets)}; two integers, 0 or more, are legal`);
  }
  const [begin, end] = offsets as [number, number];
  if (!(begin <= end)) throw invalid(`data_offsets ${show(offsets)} end before they begin`);
  if (!(end <= available)) {
    throw invalid(`its data end at byte ${end} of ${available}; the file may be truncated`);
  }
  const length = shape.reduce((a, b) => a * b, 1);
  const size = length * bytesPerValue[dtype as Dtype];
  if (size !== end - begin) {
    throw invalid(`shape ${show(shape)} of ${dtype} does not fill ${end - begin} bytes`);
  }
  return {name, dtype: dtype as Dtype, shape, length, begin, end};
}

/** Throws unless the tensors' bytes cover all *available* bytes, none of them twice. */
function checkTiling(entries: HeaderEntry[], available: number): void {
  let reached = 0;
  for (const {name, begin, end} of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== reached) {
      const fault = begin < reached ? "overlaps the tensor before it" : "leaves a gap before it";
      throw new Error(`invalid tensor "${shorten(name)}": it ${fault}, at byte ${begin}`);
    }
    reached = end;
  }
  if (reached !== available) {
    throw new Error(`invalid safetensors file: ${available - reached} bytes belong to no tensor`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Error messages stay readable, however long a foreign file's words are. */
function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function show(value: unknown): string {
  return shorten(value === undefined ? "missing" : JSON.stringify(value));
}

const decoders: Record<Dtype, (bytes: Uint8Array, length: number) => Float32Array> = {
  F16(bytes, length) {
    const table = halfTable();
    const data = new Float32Array(length);
    for (let i = 0; i < length; ++i) data[i] = table[bytes[2 * i] | (bytes[2 * i + 1] << 8)]!;
    return data;
  },
  BF16(bytes, length) {
    const bits = new Uint32Array(length);
    for (let i = 0; i < length; ++i) bits[i] = (bytes[2 * i] << 16) | (bytes[2 * i + 1] << 24);
    return new Float32Array(bits.buffer);
  },
  F32(bytes, length) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const data = new Float32Array(length);
    for (let i = 0; i < length; ++i) data[i] = view.getFloat32(4 * i, true);
    return data;
  }
};

/** How {@link writeSafetensors} writes. */
export interface SafetensorsOptions {
  /** The precision of every tensor. Defaults to half. */
  dtype?: "F16" | "F32";
  /** Strings to keep with the tensors. */
  metadata?: Record<string, string>;
}

/**
 * Returns *tensors* as a safetensors file: names and metadata sorted, so that equal weights make
 * equal bytes, and the data aligned to 8 bytes.
 *
 * Throws a RangeError if a shape does not match its data, or if a finite value is too large for
 * half precision (65520 or more).
 */
export function writeSafetensors(
  tensors: Weights,
  {dtype = "F16", metadata = {}}: SafetensorsOptions = {}
): Uint8Array<ArrayBuffer> {
  const sorted = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  const header: [string, unknown][] = [];
  const metadataKeys = Object.keys(metadata).sort();
  if (metadataKeys.length > 0) {
    header.push(["__metadata__", Object.fromEntries(metadataKeys.map((k) => [k, metadata[k]]))]);
  }
  let end = 0;
  for (const [name, {shape, data}] of sorted) {
    if (name === "__metadata__") throw new RangeError(`invalid tensor name: ${name}`);
    if (shape.reduce((a, b) => a * b, 1) !== data.length) {
      throw new RangeError(`invalid tensor "${name}": ${data.length} values for [${shape.join()}]`);
    }
    const begin = end;
    end += data.length * bytesPerValue[dtype];
    header.push([name, {dtype, shape, data_offsets: [begin, end]}]);
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(start + end);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(start - 8), true);
  bytes.fill(0x20, 8, start);
  bytes.set(text, 8);
  let at = start;
  for (const [name, {data}] of sorted) {
    const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
    for (let i = 0; i < bits.length; ++i, at += bytesPerValue[dtype]) {
      if (dtype === "F32") view.setUint32(at, bits[i], true);
      else {
        const half = singleToHalf(bits[i]);
        if ((half & 0x7fff) === 0x7c00 && Number.isFinite(data[i])) {
          throw new RangeError(
            `invalid value in tensor "${name}": ${data[i]} exceeds half precision`
          );
        }
        view.setUint16(at, half, true);
      }
    }
  }
  return bytes;
}

/**
 * Throws one Error that names every tensor that *network* needs and *weights* lack, that has
 * another shape, or that the network does not know.
 */
export function checkWeights(network: Network, weights: Weights): void {
  const expected = weightShapes(network);
  const faults: string[] = [];
  for (const [name, shape] of expected) {
    const found = weights.get(name)?.shape;
    if (!found) faults.push(`missing ${name} [${shape.join(", ")}]`);
    else if (found.length !== shape.length || found.some((size, i) => size !== shape[i])) {
      faults.push(`misshapen ${name} [${found.join(", ")}], expected [${shape.join(", ")}]`);
    }
  }
  for (const [name, {shape}] of weights) {
    if (!expected.has(name)) faults.push(`extra ${name} [${shape.join(", ")}]`);
  }
  if (faults.length > 0) {
    throw new Error(`weights do not fit the network:\n${faults.map((f) => `  ${f}`).join("\n")}`);
  }
}
