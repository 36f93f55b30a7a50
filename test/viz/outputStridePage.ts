/* The page on which test/pages/outputStrideStrip.test.ts drives figure 1.6, with a made-up network. */
import {deeplabV3Plus, outputStrides, shippedOptions} from "../../src/model/deeplab.ts";
import type {LayerFeatures, LayerFeaturesRequest} from "../../src/model/atrousConsistency.ts";
import {shapes} from "../../src/model/shapes.ts";
import {drawStreet} from "../../src/notebook/lessonStreet.ts";
import type {NetworkClient, NetworkStatus} from "../../src/notebook/networkClient.ts";
import {outputStrideFigure} from "../../src/notebook/outputStride.ts";

const requests: LayerFeaturesRequest[] = [];
const answers: ((features: LayerFeatures[] | Error) => void)[] = [];
let opened = 0;
let tell: (status: NetworkStatus) => void = () => undefined;

/** Opens a network that answers when the test says so. */
function open(): NetworkClient {
  opened++;
  let status: NetworkStatus = {state: "loading", loaded: 400_000, total: 1_300_000};
  return {
    get status() {
      return status;
    },
    subscribe(listener: typeof tell) {
      tell = (next) => listener((status = next));
      listener(status);
      return () => undefined;
    },
    compute: (_lane: string, _kind: string, asks: LayerFeaturesRequest) =>
      new Promise((resolve, reject) => {
        requests.push(asks);
        answers.push((given) => (given instanceof Error ? reject(given) : resolve(given)));
      })
  } as unknown as NetworkClient;
}

/** Waves over the picture, sampled at each layer's units, the finer maps *off* by a little. */
function waves(layers: readonly string[], off: number): LayerFeatures[] {
  const sizes = outputStrides.map((outputStride) =>
    shapes(deeplabV3Plus({...shippedOptions, outputStride}), [193, 257])
  );
  return layers.map((layer) => {
    const maps = sizes.map((of, k) => {
      const [height, width, channels] = of.get(layer)!;
      const data = new Float32Array(height * width * channels);
      for (let y = 0, i = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          for (let c = 0; c < channels; c++, i++)
            data[i] = Math.sin((5 * x) / (width - 1) + c) + y / (height - 1) + (k < 2 ? off : 0);
      return {width, height, channels, data};
    });
    const [fine, middle, coarse] = maps;
    const agreement = (map: typeof fine) => ({
      step: (map.height - 1) / (coarse.height - 1),
      compared: coarse.data.length,
      difference: off,
      largest: 2
    });
    return {
      layer,
      maps: {8: fine, 16: middle, 32: coarse},
      agreement: {8: agreement(fine), 16: agreement(middle)}
    };
  });
}

const files: {name: string; file: Blob}[] = [];
const save = (file: Blob, name: string) => void files.push({name, file});
const figure = outputStrideFigure(open, {save});
const events: unknown[] = [];
document.body.addEventListener("input", ({target}) => {
  if (target === figure) events.push(figure.value);
});
if (location.search === "?far") document.body.style.paddingTop = "4000px";
document.querySelector("main")?.append(figure);
figure.show(drawStreet(17));

Object.assign(window, {
  figure,
  events,
  files,
  requests,
  opened: () => opened,
  tell: (status: NetworkStatus) => tell(status),
  newStreet: (seed: number) => figure.show(drawStreet(seed)),
  answer: (off = 0) => answers.shift()?.(waves(requests.at(-1)?.layers ?? [], off)),
  refuse: (message: string) => answers.shift()?.(new Error(message))
});
