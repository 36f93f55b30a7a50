import * as tf from "@tensorflow/tfjs-core";
import {runLayer, type FoldedWeights} from "./execute.ts";
import type {Layer, Network} from "./network.ts";

/** A picture to run on: one *key*, one picture. */
export interface SteeredPicture {
  readonly key: string;
  /** Returns it as `[1, height, width, 3]`, scaled to [−1, 1]; called only if a layer must read it. */
  readonly tensor: () => tf.Tensor4D;
}

/** What multiplies a layer's output: one factor, or one for each channel. */
export type Gain = number | readonly number[];

/** What is run, and what is changed on the way. */
export interface Steering {
  readonly network: Network;
  readonly picture: SteeredPicture;
  /** Factors by which the outputs of layers are multiplied, by name: one, or one a channel. */
  readonly gains?: Readonly<Record<string, Gain>>;
  /** Layers whose output is taken from another picture, as the network has it, by name. */
  readonly from?: Readonly<Record<string, SteeredPicture>>;
}

/** How many outputs are known by number before those out of use are forgotten. */
const MOST = 2000;

/** What came of it. */
export interface SteeredPass {
  /** `[1, height, width, channels]` each. They are the executor's own, and live until it runs again. */
  readonly taps: ReadonlyMap<string, tf.Tensor4D>;
  /** The layers that were computed, in order; a layer computed for two pictures is there twice. */
  readonly computed: readonly string[];
}

/** An executor that computes only what has changed. */
export interface SteeredExecution {
  /** Throws a RangeError if a tap, a gain or a layer taken from elsewhere names no layer. */
  run(steering: Steering, taps: readonly string[]): SteeredPass;
  /** Frees what is kept. */
  dispose(): void;
}

/**
 * Returns an executor of networks that share *weights* which keeps the outputs of the layers named
 * in *kept*, and computes only those that depend on what is not the same as the last time: a layer
 * is the same if its picture, its definition, its inputs and their gains are. So moving a branch's
 * gain runs what follows the branches alone, and a branch's rate that branch and what follows.
 */
export function steeredExecution(
  {kernels, biases}: FoldedWeights,
  kept: ReadonlySet<string>
): SteeredExecution {
  /** What an output is made of, in words, and its number: equal numbers, equal outputs. */
  const numbers = new Map<string, number>();
  let count = 0;
  let cache = new Map<number, tf.Tensor4D>();

  function numberOf(words: string): number {
    const known = numbers.get(words);
    if (known !== undefined) return known;
    numbers.set(words, count);
    return count++;
  }

  /** An output that is wanted: of a layer, or, with a gain, of a layer multiplied. */
  interface Node {
    readonly id: number;
    readonly layer: Layer;
    readonly inputs: readonly Node[];
    readonly picture: SteeredPicture;
    readonly gain: Gain | null;
  }

  /** Returns what a layer's output is made of, and what that is made of, to the picture. */
  function grow({network, picture, gains = {}, from = {}}: Steering): (name: string) => Node {
    const layers = new Map(network.layers.map((layer) => [layer.name, layer]));
    for (const name of [...Object.keys(gains), ...Object.keys(from)])
      if (!layers.has(name)) throw new RangeError(`no layer named ${name}`);
    const grown = new Map<string, Node>();
    const elsewhere = new Map<string, (name: string) => Node>();

    function plain(name: string): Node {
      const layer = layers.get(name);
      if (layer === undefined) throw new RangeError(`no layer named ${name}`);
      const inputs = layer.inputs.map(node);
      const made = layer.type === "input" ? [picture.key] : inputs.map(({id}) => id);
      const id = numberOf(JSON.stringify({...layer, inputs: made}));
      return {id, layer, inputs, picture, gain: null};
    }

    function node(name: string): Node {
      const known = grown.get(name);
      if (known !== undefined) return known;
      const other = from[name];
      let found: Node;
      if (other === undefined) found = plain(name);
      else {
        if (!elsewhere.has(other.key)) elsewhere.set(other.key, grow({network, picture: other}));
        found = elsewhere.get(other.key)!(name);
      }
      const gain = gains[name];
      if (gain !== undefined && gain !== 1)
        found = {...found, id: numberOf(`${found.id} × ${gain.toString()}`), inputs: [found], gain};
      grown.set(name, found);
      return found;
    }
    return node;
  }

  return {
    run(steering, taps) {
      const find = grow(steering);
      const wanted = taps.map(find);
      const order: Node[] = [];
      const uses = new Map<number, number>();
      const seen = new Set<number>();
      const alive = new Set<number>();

      /** Lists what must be computed, each after what it is made of. */
      function need(node: Node): void {
        uses.set(node.id, (uses.get(node.id) ?? 0) + 1);
        if (seen.has(node.id)) return;
        seen.add(node.id);
        if (cache.has(node.id)) return;
        node.inputs.forEach(need);
        order.push(node);
      }
      /** Whatever is kept of what the result is made of stays, computed now or not. */
      function stay(node: Node): void {
        if (alive.has(node.id)) return;
        alive.add(node.id);
        node.inputs.forEach(stay);
      }
      wanted.forEach(need);
      wanted.forEach(stay);

      const results = new Map<number, tf.Tensor4D>();
      const get = (id: number) => results.get(id) ?? cache.get(id)!;
      const lasting = ({id, layer, gain}: Node) =>
        (gain === null && kept.has(layer.name)) || wanted.some((tap) => tap.id === id);
      const byId = new Map(order.map((node) => [node.id, node]));
      try {
        for (const node of order) {
          const {id, layer, inputs, picture, gain} = node;
          const maps = inputs.map((input) => get(input.id));
          const output =
            gain !== null
              ? tf.tidy(() => tf.mul(maps[0], gain as number | number[])) // [1, h, w, c] × [c]
              : layer.type === "input"
                ? picture.tensor()
                : tf.tidy(() =>
                    runLayer(layer, maps, kernels.get(layer.name), biases.get(layer.name))
                  );
          results.set(id, output as tf.Tensor4D);
          for (const input of inputs) {
            const left = uses.get(input.id)! - 1;
            uses.set(input.id, left);
            const made = byId.get(input.id);
            if (left > 0 || made === undefined || lasting(made)) continue;
            results.get(input.id)!.dispose();
            results.delete(input.id);
          }
        }
      } catch (error) {
        for (const tensor of results.values()) tensor.dispose();
        throw error;
      }
      const next = new Map(results);
      for (const [id, tensor] of cache)
        if (alive.has(id)) next.set(id, tensor);
        else tensor.dispose();
      cache = next;
      // A slider's many positions are not remembered for ever.
      if (numbers.size > MOST)
        for (const [words, id] of numbers) if (!alive.has(id)) numbers.delete(words);
      return {
        taps: new Map(taps.map((name, i) => [name, cache.get(wanted[i].id)!])),
        computed: order.filter(({gain}) => gain === null).map(({layer}) => layer.name)
      };
    },
    dispose() {
      for (const tensor of cache.values()) tensor.dispose();
      cache = new Map();
    }
  };
}
