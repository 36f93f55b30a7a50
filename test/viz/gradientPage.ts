/* The page on which test/pages/gradientField.test.ts drives figure 1.7: a real street, and in place
   of the network one that answers as told. */
import {deeplabV3Plus, shippedOptions} from "../../src/model/deeplab.ts";
import {fewestPixels} from "../../src/model/fieldShare.ts";
import type {GradientField, GradientFieldRequest} from "../../src/model/gradientFields.ts";
import {reachedPixels} from "../../src/model/reachedPixels.ts";
import {shapes} from "../../src/model/shapes.ts";
import {gradientFigure} from "../../src/notebook/gradientField.ts";
import {drawStreet} from "../../src/notebook/lessonStreet.ts";
import type {NetworkClient, NetworkStatus} from "../../src/notebook/networkClient.ts";

const [width, height] = [257, 193];
const network = deeplabV3Plus(shippedOptions);
const sizes = shapes(network, [height, width]);
const files: {name: string; file: Blob}[] = [];
const events: string[] = [];
const asked: GradientFieldRequest[] = [];
const listeners = new Set<(status: NetworkStatus) => void>();
const fake = {
  opened: 0,
  /** What goes wrong, if anything. */
  fault: null as string | null,
  status: {state: "loading", loaded: 650_000, total: 1_300_000} as NetworkStatus,
  become(status: NetworkStatus) {
    fake.status = status;
    for (const listener of listeners) listener(status);
  }
};

/** A gradient that falls with the distance from the unit, faster with trained weights. */
function answer({unit, weights}: GradientFieldRequest): GradientField {
  const [rows, columns] = sizes.get(unit.layer)!;
  const x = (unit.x * (width - 1)) / Math.max(1, columns - 1);
  const y = (unit.y * (height - 1)) / Math.max(1, rows - 1);
  const reach = unit.layer.startsWith("aspp") ? 200 : weights === "trained" ? 12 : 24;
  const reached = reachedPixels(network, unit, [height, width]);
  const absolute = Float32Array.from(reached, (is, i) => {
    const distance = Math.hypot((i % width) - x, Math.floor(i / width) - y);
    return is * Math.exp(-distance / reach);
  });
  const {mask: core, count: coreCount} = fewestPixels(absolute);
  const channel = unit.channel === "greatest" ? 3 : unit.channel;
  return {
    absolute,
    core,
    coreCount,
    reached,
    channel: typeof channel === "number" ? channel : null,
    milliseconds: 5
  };
}

function open(): NetworkClient {
  fake.opened++;
  return {
    get status() {
      return fake.status;
    },
    subscribe(listener: (status: NetworkStatus) => void) {
      listeners.add(listener);
      listener(fake.status);
      return () => listeners.delete(listener);
    },
    async compute(_lane: string, _kind: string, request: GradientFieldRequest) {
      asked.push(request);
      while (fake.status.state !== "ready") await new Promise((done) => setTimeout(done, 10));
      if (fake.fault !== null) throw new Error(fake.fault);
      return answer(request);
    }
  } as unknown as NetworkClient;
}

const figure = gradientFigure(drawStreet(1), open, {
  margin: 100,
  save: (file, name) => files.push({name, file})
});
document.body.addEventListener("input", ({target}) => {
  events.push(target === figure ? "figure" : "a part");
});
const main = document.querySelector("main") as HTMLElement;
main.append(figure);
if (location.search === "?far") main.style.paddingTop = "3000px";
else fake.become({state: "ready", backend: "wasm", threads: 1, milliseconds: null});
Object.assign(window, {figure, fake, asked, events, files, drawStreet});
