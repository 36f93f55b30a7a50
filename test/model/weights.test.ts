import {describe, expect, it} from "vitest";
import {deeplabV3Plus, shippedOptions} from "../../src/model/deeplab.ts";
import {halfToSingle, singleToHalf} from "../../src/model/halfPrecision.ts";
import {weightShapes} from "../../src/model/network.ts";
import {mulberry32, randomNormal} from "../../src/model/random.ts";
import {
  checkWeights,
  readSafetensors,
  writeSafetensors,
  type Weights
} from "../../src/model/weights.ts";

const bitsOf = (value: number) => new Uint32Array(Float32Array.of(value).buffer)[0];
const toHalf = (value: number) => singleToHalf(bitsOf(value));

/** A file of *header* and *data*, whatever they claim. */
function file(header: unknown, data: ArrayLike<number> = []): Uint8Array {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

const bytes = (count: number) => new Uint8Array(count);
const claim = (shape: unknown, begin: number, end: number, dtype: unknown = "F32") => ({
  dtype,
  shape,
  data_offsets: [begin, end]
});

describe("half precision", () => {
  it("widens every half exactly and rounds it back to itself", () => {
    for (let half = 0; half < 65536; ++half) {
      const single = halfToSingle(half);
      if (Number.isNaN(single)) expect(toHalf(single) & 0x7fff).toBe(0x7e00);
      else expect(toHalf(single)).toBe(half);
    }
    expect(halfToSingle(0x0001)).toBe(2 ** -24);
    expect(halfToSingle(0x03ff)).toBe(1023 * 2 ** -24);
    expect(halfToSingle(0x3c00)).toBe(1);
    expect(halfToSingle(0x7bff)).toBe(65504);
    expect(halfToSingle(0xfc00)).toBe(-Infinity);
    expect(halfToSingle(0x8000)).toBe(-0);
  });

  it("rounds to the nearest between every two neighbors, ties to even", () => {
    for (let half = 0; half < 0x7bff; ++half) {
      // The midpoint of two halves has 12 significant bits: exact as a single.
      const middle = bitsOf((halfToSingle(half) + halfToSingle(half + 1)) / 2);
      const even = half + (half & 1);
      for (const [single, expected] of [
        [middle - 1, half],
        [middle, even],
        [middle + 1, half + 1]
      ]) {
        if (
          singleToHalf(single) !== expected ||
          singleToHalf(single | 0x80000000) !== (expected | 0x8000)
        ) {
          expect.fail(`half ${half}, single ${single}: ${singleToHalf(single)}, not ${expected}`);
        }
      }
    }
  });

  it("overflows from 65520 on, and underflows up to 2⁻²⁵", () => {
    expect(toHalf(65519.996)).toBe(0x7bff);
    expect(toHalf(65520)).toBe(0x7c00);
    expect(toHalf(-1e30)).toBe(0xfc00);
    expect(toHalf(Infinity)).toBe(0x7c00);
    expect(toHalf(2 ** -25)).toBe(0);
    expect(toHalf(2 ** -25 * 1.0001)).toBe(1);
    expect(toHalf(-1e-40)).toBe(0x8000);
  });
});

function someWeights(seed: number): Weights {
  const random = mulberry32(seed);
  const values = (length: number) => Float32Array.from({length}, () => randomNormal(random));
  return new Map([
    ["b/weights", {shape: [3, 3, 2, 4], data: values(72)}],
    ["a/weights", {shape: [5], data: values(5)}],
    ["scalar", {shape: [], data: values(1)}],
    ["empty", {shape: [0, 7], data: values(0)}]
  ]);
}

describe("safetensors", () => {
  it("comes back exactly in single precision, rounded in half", () => {
    const weights = someWeights(1);
    const metadata = {seed: "42", words: 'line\n"quoted" \\ ünï {"a": 1, "a": 2}'};
    const single = readSafetensors(writeSafetensors(weights, {dtype: "F32", metadata}));
    expect(single.metadata).toEqual(metadata);
    expect([...single.tensors.keys()].sort()).toEqual([...weights.keys()].sort());
    const half = readSafetensors(writeSafetensors(weights)).tensors;
    for (const [name, {shape, data}] of weights) {
      expect(single.tensors.get(name)).toEqual({shape, data});
      expect(half.get(name)!.shape).toEqual(shape);
      half.get(name)!.data.forEach((value, i) => {
        expect(value).toBe(halfToSingle(toHalf(data[i])));
        expect(Math.abs(value - data[i])).toBeLessThanOrEqual(2 ** -11 * Math.abs(data[i]));
      });
    }
  });

  it("writes what the format asks: sorted, padded with spaces, aligned, deterministic", () => {
    const written = writeSafetensors(someWeights(2), {metadata: {z: "1", a: "2"}});
    const size = Number(new DataView(written.buffer).getBigUint64(0, true));
    expect(size % 8).toBe(0);
    const text = new TextDecoder().decode(written.subarray(8, 8 + size));
    const header = JSON.parse(text);
    expect(text.trimEnd()).toBe(JSON.stringify(header));
    expect(Object.keys(header)).toEqual([
      "__metadata__",
      "a/weights",
      "b/weights",
      "empty",
      "scalar"
    ]);
    expect(header["a/weights"]).toEqual({dtype: "F16", shape: [5], data_offsets: [0, 10]});
    expect(header["b/weights"].data_offsets).toEqual([10, 154]);
    expect(written.length).toBe(8 + size + 156);
    const reversed = new Map([...someWeights(2)].reverse());
    expect(writeSafetensors(reversed, {metadata: {a: "2", z: "1"}})).toEqual(written);
  });

  it("reads a file made by hand, in each type, at any byte offset", () => {
    const header = {
      __metadata__: {format: "pt"},
      f: claim([1], 0, 4),
      h: claim([2], 4, 8, "F16"),
      b: claim([1, 1], 8, 10, "BF16")
    };
    const made = file(header, [0, 0, 0x80, 0x3f, 0, 0x3c, 0, 0xc0, 0x40, 0xc0]);
    for (let offset = 0; offset < 4; ++offset) {
      const shifted = new Uint8Array(made.length + offset);
      shifted.set(made, offset);
      const {tensors, metadata} = readSafetensors(shifted.subarray(offset));
      expect(metadata).toEqual({format: "pt"});
      expect(tensors.get("f")).toEqual({shape: [1], data: Float32Array.of(1)});
      expect(tensors.get("h")).toEqual({shape: [2], data: Float32Array.of(1, -2)});
      expect(tensors.get("b")).toEqual({shape: [1, 1], data: Float32Array.of(-3)});
    }
  });

  it("reads tensors whose order in the header is not that of the data", () => {
    const made = file({x: claim([1], 4, 8), y: claim([1], 0, 4)}, [0, 0, 0, 0, 0, 0, 0x80, 0x3f]);
    expect(readSafetensors(made).tensors.get("x")!.data[0]).toBe(1);
  });

  it("does not write what it could not read", () => {
    const tensor = (shape: number[], ...data: number[]) => ({shape, data: Float32Array.from(data)});
    expect(() => writeSafetensors(new Map([["w", tensor([2], 1)]]))).toThrow(
      '"w": 1 values for [2]'
    );
    expect(() => writeSafetensors(new Map([["w", tensor([1], 70000)]]))).toThrow(
      'invalid value in tensor "w": 70000 exceeds half precision'
    );
    expect(() => writeSafetensors(new Map([["__metadata__", tensor([1], 1)]]))).toThrow("name");
    expect(writeSafetensors(new Map([["w", tensor([1], 70000)]]), {dtype: "F32"})).toBeDefined();
  });
});

describe("readSafetensors refuses", () => {
  const cases: [string, Uint8Array, RegExp][] = [
    ["nothing", bytes(0), /not a safetensors file: 0 bytes/],
    ["seven bytes", bytes(7), /not a safetensors file: 7 bytes/],
    ["an empty header", bytes(8), /invalid safetensors header/],
    ["a text", new TextEncoder().encode("This is not a model at all."), /not a safetensors file/],
    ["a header beyond the end", file({}).slice(0, 9), /header of 2 bytes and has 9 in all/],
    ["JSON cut short", file('{"a":'), /invalid safetensors header/],
    ["bytes that are no UTF-8", file({a: 1}).fill(0xff, 9, 10), /invalid safetensors header/],
    ["a list", file([]), /not a JSON object/],
    ["null", file("null"), /not a JSON object/],
    ["a tensor that is a number", file({a: 3}), /tensor "a": not an object/],
    ["a type it lacks", file({a: claim([1], 0, 8, "F64")}, bytes(8)), /"a": dtype "F64"; F16/],
    ["a type from Object", file({a: claim([1], 0, 4, "toString")}, bytes(4)), /"toString"/],
    ["no type", file({a: {shape: [], data_offsets: [0, 0]}}), /dtype missing/],
    ["a negative size", file({a: claim([-1], 0, 4)}, bytes(4)), /shape \[-1\]/],
    ["half a size", file({a: claim([0.5, 2], 0, 4)}, bytes(4)), /shape \[0\.5,2\]/],
    ["a size in words", file({a: claim(["1"], 0, 4)}, bytes(4)), /shape \["1"\]/],
    ["no shape", file({a: claim(undefined, 0, 4)}, bytes(4)), /shape missing/],
    [
      "sizes that overflow",
      file({a: claim([2 ** 40, 2 ** 40], 0, 4)}, bytes(4)),
      /does not fill 4/
    ],
    [
      "sizes that overflow to nothing",
      file({a: claim([...Array<number>(40).fill(2 ** 50), 0], 0, 0)}),
      /does not fill 0/
    ],
    [
      "a huge claim",
      file({a: claim([1e9], 0, 4e9)}, bytes(4)),
      /byte 4000000000 of 4; .*truncated/
    ],
    ["too few bytes", file({a: claim([2], 0, 4)}, bytes(4)), /does not fill 4 bytes/],
    ["offsets reversed", file({a: claim([0], 4, 0)}, bytes(4)), /end before they begin/],
    ["negative offsets", file({a: claim([1], -4, 0)}, bytes(4)), /data_offsets \[-4,0\]/],
    [
      "three offsets",
      file({a: {dtype: "F32", shape: [1], data_offsets: [0, 4, 8]}}),
      /two integers/
    ],
    ["an unknown key", file({a: {...claim([1], 0, 4), strides: 1}}, bytes(4)), /key "strides"/],
    [
      "an overlap",
      file({a: claim([2], 0, 8), b: claim([2], 4, 12)}, bytes(12)),
      /"b": it overlaps the tensor before it, at byte 4/
    ],
    ["a gap", file({a: claim([1], 0, 4), b: claim([1], 8, 12)}, bytes(12)), /"b": it leaves a gap/],
    ["a gap at the start", file({a: claim([1], 4, 8)}, bytes(8)), /"a": it leaves a gap/],
    ["bytes left over", file({a: claim([1], 0, 4)}, bytes(7)), /3 bytes belong to no tensor/],
    ["metadata that is a list", file({__metadata__: []}), /metadata: not an object/],
    ["metadata that is null", file({__metadata__: null}), /metadata: not an object/],
    ["a number in the metadata", file({__metadata__: {a: 1}}), /metadata: "a" is not a string/],
    [
      "one tensor twice",
      file('{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"\\u0061":{}}'),
      /duplicate key "a"/
    ],
    ["one key twice within a tensor", file('{"a":{"dtype":"F32","dtype" : "F16"}}'), /key "dtype"/]
  ];

  it.each(cases)("%s", (_, made, message) => {
    expect(() => readSafetensors(made)).toThrow(message);
  });

  it("keeps its words short, however long the file's are", () => {
    const name = "n".repeat(100000);
    expect(() => readSafetensors(file({[name]: 1}))).toThrow(/^.{0,150}$/s);
    expect(() => readSafetensors(file({a: claim(Array(5000).fill(1), 0, 8)}, bytes(8)))).toThrow(
      /^.{0,200}$/s
    );
  });

  it("any file cut short, at every byte", () => {
    const whole = writeSafetensors(someWeights(3), {metadata: {a: "b"}});
    for (let length = 0; length < whole.length; ++length) {
      expect(() => readSafetensors(whole.subarray(0, length))).toThrow(Error);
    }
  });

  it("a long but legal metadata text is read, and a name from Object's prototype is a name", () => {
    const long = 'x\\"'.repeat(500000);
    const made = writeSafetensors(someWeights(4), {metadata: {long}});
    expect(readSafetensors(made).metadata.long).toBe(long);
    const odd = file(`{"__proto__":${JSON.stringify(claim([1], 0, 4))}}`, bytes(4));
    expect([...readSafetensors(odd).tensors.keys()]).toEqual(["__proto__"]);
  });

  it("allocates little, however much the header claims", () => {
    const claims = Object.fromEntries(
      Array.from({length: 100}, (_, i) => [`t${i}`, claim([1e8], i * 4e8, (i + 1) * 4e8)])
    );
    const made = file(claims, bytes(1000));
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 20; ++i) expect(() => readSafetensors(made)).toThrow(/truncated/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10e6);
  });
});

it("4000 mutated files either read or fail with a clear Error, and allocate in proportion", () => {
  const random = mulberry32(7);
  const integer = (n: number) => Math.floor(random() * n);
  const originals = [
    writeSafetensors(someWeights(5), {metadata: {seed: "1"}}),
    writeSafetensors(someWeights(6), {dtype: "F32"})
  ];
  const words = [
    "-1",
    "1e9",
    "9007199254740993",
    "0.5",
    "null",
    "{}",
    "[",
    '"',
    "F64",
    "BF16",
    ","
  ];
  let read = 0;
  let refused = 0;
  for (let n = 0; n < 4000; ++n) {
    let made = originals[n % 2].slice();
    const headerEnd = 8 + Number(new DataView(made.buffer).getBigUint64(0, true));
    for (let m = 1 + integer(3); m > 0; --m) {
      const kind = integer(6);
      if (kind === 0) made[integer(made.length)] = integer(256);
      else if (kind === 1) made[8 + integer(headerEnd - 8)] = 32 + integer(95);
      else if (kind === 2) made[integer(8)] = integer(256);
      else if (kind === 3) made = made.slice(0, integer(made.length + 1));
      else if (kind === 4) {
        // A number, or anything else of the header, becomes another, and the length stays right.
        const text = new TextDecoder().decode(made.subarray(8, headerEnd));
        const numbers = [...text.matchAll(/\d+/g)];
        const target = numbers[integer(numbers.length)];
        if (!target) continue;
        const changed =
          text.slice(0, target.index) +
          words[integer(words.length)] +
          text.slice(target.index + target[0].length);
        made = file(changed, made.subarray(headerEnd)).slice();
      } else made = Uint8Array.from([...made, ...bytes(integer(20))]);
      if (made.length < headerEnd) break;
    }
    try {
      const {tensors} = readSafetensors(made);
      ++read;
      let values = 0;
      for (const {shape, data} of tensors.values()) {
        expect(shape.reduce((a, b) => a * b, 1)).toBe(data.length);
        values += data.length;
      }
      expect(values * 2).toBeLessThanOrEqual(made.length);
    } catch (error) {
      ++refused;
      expect(error).toBeInstanceOf(Error);
      expect((error as Error).message).toMatch(/safetensors|tensor "/);
    }
  }
  expect(read).toBeGreaterThan(100); // values that only changed
  expect(refused).toBeGreaterThan(1000);
});

describe("checkWeights", () => {
  const network = deeplabV3Plus(shippedOptions);
  const fitting = (): Weights =>
    new Map(
      [...weightShapes(network)].map(([name, shape]) => [
        name,
        {shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1))}
      ])
    );

  it("takes the weights that the network asks for, through a file too", () => {
    expect(() => checkWeights(network, fitting())).not.toThrow();
    const {tensors} = readSafetensors(writeSafetensors(fitting()));
    expect(() => checkWeights(network, tensors)).not.toThrow();
  });

  it("takes the same weights at every output stride and rate", () => {
    for (const outputStride of [8, 16, 32] as const) {
      const other = deeplabV3Plus({...shippedOptions, outputStride, rates: [1, 7, 24]});
      expect(() => checkWeights(other, fitting())).not.toThrow();
    }
  });

  it("names every tensor that is missing, misshapen or extra, in one Error", () => {
    const weights = fitting();
    weights.delete("aspp0/weights");
    weights.delete("logits/semantic/biases");
    weights.set("concat_projection/weights", {shape: [1, 1, 4, 4], data: new Float32Array(16)});
    weights.set("MobilenetV2/Conv/BatchNorm/gamma", {shape: [1, 16], data: new Float32Array(16)});
    weights.set("fc6/weights", {shape: [2], data: new Float32Array(2)});
    let message = "";
    try {
      checkWeights(network, weights);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message.split("\n").sort()).toEqual([
      "  extra fc6/weights [2]",
      "  misshapen MobilenetV2/Conv/BatchNorm/gamma [1, 16], expected [16]",
      expect.stringMatching(
        /^ {2}misshapen concat_projection\/weights \[1, 1, 4, 4\], expected \[1, 1, \d+, 96\]$/
      ),
      expect.stringMatching(/^ {2}missing aspp0\/weights \[1, 1, \d+, 96\]$/),
      "  missing logits/semantic/biases [11]",
      "weights do not fit the network:"
    ]);
  });
});
