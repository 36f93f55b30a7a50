import type {Activation, Network} from "../../src/model/network.ts";
import {channelsOf, NetworkBuilder, weightShapes} from "../../src/model/network.ts";
import {mulberry32} from "../../src/model/random.ts";
import type {WindowPadding} from "../../src/model/padding.ts";
import {shapes, type Shape} from "../../src/model/shapes.ts";
import type {Weights} from "../../src/model/weights.ts";
import {plainMap, plainWeights, type PlainMap} from "./plainExecutor.ts";

/** A network with weights and a picture for it, all that follows from a seed. */
export interface RandomNetwork {
  readonly network: Network;
  readonly weights: Weights;
  readonly picture: PlainMap;
}

/**
 * Returns a network of a dozen layers that no one would design, so that it meets what no designed
 * one does: every type of layer, kernels of 1 to 5 taps, strides to 3, rates to far past the map,
 * stride and rate together, SAME and explicit padding, odd and even sizes, branches that part and
 * join again.
 */
export function randomNetwork(seed: number): RandomNetwork {
  const random = mulberry32(seed);
  const whole = (least: number, most: number) => least + Math.floor((most - least + 1) * random());
  const among = <T>(values: readonly T[]): T => values[whole(0, values.length - 1)];
  const activation = (): Activation => among(["linear", "relu", "relu6"]);

  const builder = new NetworkBuilder();
  const size = [whole(1, 19), whole(1, 19)] as const;
  let sizes: ReadonlyMap<string, Shape> = new Map();
  const anywhere = () => among(builder.layers).name;
  // A rate larger than the map leaves only the taps that fall in it, often one.
  const rate = () => (random() < 0.5 ? 1 : random() < 0.8 ? whole(2, 5) : whole(6, 40));
  const window = () => ({kernelSize: whole(1, 5), stride: among([1, 1, 2, 3]), rate: rate()});
  const normalized = () => ({batchNorm: among([null, 1e-3, 1e-5]), activation: activation()});

  builder.input(whole(1, 4));
  const count = whole(8, 14);
  const kinds = [conv, conv, depthwise, depthwise, pool, globalPool, add, concat, resize, rest];
  while (builder.layers.length < count) {
    sizes = shapes({layers: builder.layers, endpoints: {}}, size, {anySize: true});
    among(kinds)(`layer${builder.layers.length}`);
  }
  const network = {layers: builder.layers, endpoints: {}};
  const weights = plainWeights(weightShapes(network), network, random);
  const channels = channelsOf(network).get("input")!;
  const picture = plainMap([whole(1, 2), ...size, channels], () => 2 * random() - 1);
  return {network, weights, picture};

  function conv(name: string): void {
    const input = anywhere();
    const options = {...padded(input, window()), ...normalized()};
    const bias = options.batchNorm === null && random() < 0.5;
    builder.conv(name, input, whole(1, 9), {...options, bias});
  }
  function depthwise(name: string): void {
    const input = anywhere();
    builder.depthwise(name, input, {...padded(input, window()), ...normalized()});
  }
  function pool(name: string): void {
    const {kernelSize, stride, rate} = window();
    // Windows of even kernels with a rate may lie in the padding whole: nothing is right there.
    const options = {kernelSize, stride, rate: kernelSize % 2 ? rate : 1};
    const input = anywhere();
    builder.pool(name, input, {kind: among(["max", "average"]), ...padded(input, options, true)});
  }
  /** A window with SAME padding or with as much as it needs to fit, or somewhat more. */
  function padded<T extends {kernelSize: number; rate: number}>(
    input: string,
    window: T,
    isPool = false
  ): T & {padding: WindowPadding} {
    if (random() < 0.6) return {...window, padding: "same"};
    const span = (window.kernelSize - 1) * window.rate + 1;
    const [height, width] = sizes.get(input)!;
    const least = Math.max(0, Math.ceil((span - Math.min(height, width)) / 2));
    // A pooling window must have a tap in the map: for any rate its middle one.
    const most = isPool ? Math.max(least, Math.floor((span - 1) / 2)) : least + 3;
    return {...window, padding: Math.min(most, least + whole(0, 3))};
  }
  function globalPool(name: string): void {
    builder.globalPool(name, anywhere());
  }
  function add(name: string): void {
    builder.add(name, ...fitting(([h, w, c], other) => String([h, w, c]) === String(other)));
  }
  function concat(name: string): void {
    builder.concat(
      name,
      fitting(([h, w], other) => h === other[0] && w === other[1])
    );
  }
  function resize(name: string): void {
    builder.resize(name, anywhere(), anywhere());
  }
  function rest(name: string): void {
    if (random() < 0.7) builder.activation(name, anywhere(), activation());
    else builder.dropout(name, anywhere(), 0.5);
  }
  /** Two or three layers, perhaps one of them twice, that fit together. */
  function fitting(fits: (a: Shape, b: Shape) => boolean): string[] {
    const first = anywhere();
    const others = [...sizes].filter(([, shape]) => fits(shape, sizes.get(first)!));
    return [first, ...Array.from({length: whole(1, 2)}, () => among(others)[0])];
  }
}
