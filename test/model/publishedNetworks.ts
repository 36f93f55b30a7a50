import type {Network} from "../../src/model/network.ts";
import {NetworkBuilder} from "../../src/model/network.ts";

/**
 * Networks whose receptive fields Araujo 2019 publishes, as TF-Slim builds them, up to the last map
 * before classification. They are here for their windows: every map has one channel, and what
 * reads no neighbor (batch normalization, activations) is left out.
 */

/** The windows of one branch, in order. */
type Branch = readonly Window[];
interface Window {
  readonly kernelSize: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly pool?: "max" | "average";
}

const conv = (kernelSize: number, stride = 1): Window => ({kernelSize, stride});
const valid = (window: Window): Window => ({...window, padding: 0});
const maxPool = (kernelSize: number, stride = 2): Window => ({kernelSize, stride, pool: "max"});

/** Appends *windows* one after another and returns the last layer: *name* itself. */
function chain(builder: NetworkBuilder, name: string, input: string, windows: Branch): string {
  let last = input;
  for (const [i, {pool, ...window}] of windows.entries()) {
    const layer = i === windows.length - 1 ? name : `${name}/${i}`;
    last = pool
      ? builder.pool(layer, last, {kind: pool, ...window})
      : builder.conv(layer, last, 1, window);
  }
  return last;
}

/** Returns a network of one layer after another. */
function sequence(layers: readonly (readonly [name: string, window: Window])[]): Network {
  const builder = new NetworkBuilder();
  let last = builder.input(1);
  for (const [name, window] of layers) last = chain(builder, name, last, [window]);
  return {layers: builder.layers, endpoints: {features: last}};
}

/** AlexNet v2 (Krizhevsky 2014, One weird trick): its pools and first convolution are VALID. */
export function alexnetV2(): Network {
  return sequence([
    ["conv1", valid(conv(11, 4))],
    ["pool1", valid(maxPool(3))],
    ["conv2", conv(5)],
    ["pool2", valid(maxPool(3))],
    ["conv3", conv(3)],
    ["conv4", conv(3)],
    ["conv5", conv(3)],
    ["pool5", valid(maxPool(3))]
  ]);
}

/** VGG-16 (Simonyan & Zisserman 2014). */
export function vgg16(): Network {
  return sequence(
    [2, 2, 3, 3, 3].flatMap((count, block) => [
      ...Array.from(
        {length: count},
        (_, i) => [`conv${block + 1}_${i + 1}`, conv(3)] as [string, Window]
      ),
      [`pool${block + 1}`, valid(maxPool(2))] as [string, Window]
    ])
  );
}

/** ResNet v1 (He 2015) with so many units in each block; a block's stride is in its last unit. */
export function resnetV1(units: readonly [number, number, number, number]): Network {
  const builder = new NetworkBuilder();
  const same = (kernelSize: number, stride: number): Window =>
    // slim's conv2d_same: what a strided window pads does not depend on the size of its map.
    stride === 1 ? conv(kernelSize) : {kernelSize, stride, padding: (kernelSize - 1) / 2};
  let last = chain(builder, "conv1", builder.input(1), [same(7, 2)]);
  last = chain(builder, "pool1", last, [maxPool(3)]);
  for (const [block, count] of units.entries()) {
    for (let unit = 0; unit < count; unit++) {
      const stride = block < 3 && unit === count - 1 ? 2 : 1;
      const name = `block${block + 1}/unit_${unit + 1}`;
      const bottleneck = [conv(1), same(3, stride), conv(1)];
      const residual = chain(builder, `${name}/residual`, last, bottleneck);
      const shortcut = unit === 0 ? conv(1, stride) : maxPool(1, stride);
      last = builder.add(name, chain(builder, `${name}/shortcut`, last, [shortcut]), residual);
    }
  }
  return {layers: builder.layers, endpoints: {features: last}};
}

/**
 * Inception v3 (Szegedy 2015) along one side of the picture: of its kernels that are not square,
 * those along that side have their taps, and those across it have one. It reads the same along
 * the width as along the height, but in another order.
 */
export function inceptionV3(side: "width" | "height"): Network {
  const builder = new NetworkBuilder();
  const by = (height: number, width: number) => conv(side === "width" ? width : height);
  const averagePool: Window = {kernelSize: 3, pool: "average"};
  let last = builder.input(1);
  const then = (name: string, window: Window) => (last = chain(builder, name, last, [window]));
  const mixed = (name: string, branches: readonly Branch[]) => {
    const from = last;
    const ends = branches.map((branch, i) => chain(builder, `${name}/Branch_${i}`, from, branch));
    last = builder.concat(name, ends);
  };

  then("Conv2d_1a_3x3", valid(conv(3, 2)));
  then("Conv2d_2a_3x3", valid(conv(3)));
  then("Conv2d_2b_3x3", conv(3));
  then("MaxPool_3a_3x3", valid(maxPool(3)));
  then("Conv2d_3b_1x1", valid(conv(1)));
  then("Conv2d_4a_3x3", valid(conv(3)));
  then("MaxPool_5a_3x3", valid(maxPool(3)));
  for (const name of ["Mixed_5b", "Mixed_5c", "Mixed_5d"])
    mixed(name, [
      [conv(1)],
      [conv(1), conv(5)],
      [conv(1), conv(3), conv(3)],
      [averagePool, conv(1)]
    ]);
  mixed("Mixed_6a", [
    [valid(conv(3, 2))],
    [conv(1), conv(3), valid(conv(3, 2))],
    [valid(maxPool(3))]
  ]);
  for (const name of ["Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e"])
    mixed(name, [
      [conv(1)],
      [conv(1), by(1, 7), by(7, 1)],
      [conv(1), by(7, 1), by(1, 7), by(7, 1), by(1, 7)],
      [averagePool, conv(1)]
    ]);
  mixed("Mixed_7a", [
    [conv(1), valid(conv(3, 2))],
    [conv(1), by(1, 7), by(7, 1), valid(conv(3, 2))],
    [valid(maxPool(3))]
  ]);
  for (const name of ["Mixed_7b", "Mixed_7c"])
    mixed(name, [
      [conv(1)],
      // A branch that ends in a 1×3 and a 3×1, side by side, reads what the longer one does.
      [conv(1), by(1, 3)],
      [conv(1), by(3, 1)],
      [conv(1), conv(3), by(1, 3)],
      [conv(1), conv(3), by(3, 1)],
      [averagePool, conv(1)]
    ]);
  return {layers: builder.layers, endpoints: {features: last}};
}
