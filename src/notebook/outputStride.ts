import {deeplabV3Plus, shippedOptions} from "../model/deeplab.ts";
import {shippedNetwork} from "../model/trainedNetwork.ts";
import {
  outputStrideStrip,
  type OutputStrideStrip,
  type OutputStrideStripOptions
} from "../viz/index.ts";
import type {LessonStreet} from "./lessonStreet.ts";
import type {NetworkClient, NetworkStatus} from "./networkClient.ts";
import {backboneBlocks, strideReadings} from "./strideReadings.ts";

/** Figure 1.6: its value is the output stride, the block and the channel. */
export interface OutputStrideFigure extends OutputStrideStrip {
  /** Shows what the network makes of a street. */
  show(street: LessonStreet): void;
}

/**
 * Returns the figure of the shipped network's backbone at output strides 32, 16 and 8. **open** is
 * called once, when the figure first comes within a screen of what is seen, and gives the network
 * whose features are then compared. **save** is for tests.
 */
export function outputStrideFigure(
  open: () => NetworkClient,
  {save}: Pick<OutputStrideStripOptions, "save"> = {}
): OutputStrideFigure {
  const strip = outputStrideStrip(strideReadings(shippedOptions, shippedNetwork.size), {
    pictureSize: shippedNetwork.size,
    channel: 5, // every block has it, and a street is easily made out in it
    ...(save && {save})
  });
  const {close} = strip;
  const blocks = backboneBlocks(deeplabV3Plus(shippedOptions));
  let network: NetworkClient | null = null;
  let unsubscribe = () => {};
  let near = false;
  let street: LessonStreet | null = null;
  let asked: LessonStreet | null = null;
  let waiting = true;

  strip.status("The network computes its features here once this is near the screen.");
  const observer = new IntersectionObserver(
    (entries) => {
      near = entries[entries.length - 1].isIntersecting;
      void compute();
    },
    {rootMargin: "100% 0px"}
  );
  observer.observe(strip);

  function tell(status: NetworkStatus): void {
    if (waiting) strip.status(words(status));
  }

  async function compute(): Promise<void> {
    if (!near || street === null || street === asked) return;
    const of = (asked = street);
    waiting = true;
    if (network === null) {
      network = open();
      unsubscribe = network.subscribe(tell);
    } else tell(network.status);
    try {
      const features = await network.compute("output stride", "layerFeatures", {
        picture: {data: of.pixels, width: of.width, height: of.height},
        layers: blocks.map(({output}) => output)
      });
      if (features === null || asked !== of) return; // a newer street is on its way
      waiting = false;
      strip.update({features: features.map((map, i) => ({...map, name: blocks[i].name}))});
    } catch (error) {
      if (asked !== of) return;
      waiting = false;
      strip.update({features: null});
      strip.status(`No features to compare: ${(error as Error).message}`, "error");
    }
  }

  return Object.assign(strip, {
    show(next: LessonStreet) {
      street = next;
      strip.update({picture: next.canvas});
      void compute();
    },
    close() {
      observer.disconnect();
      unsubscribe();
      close();
    }
  });
}

/** Where the features stand while the network opens. */
function words(status: NetworkStatus): string {
  if (status.state !== "loading") return "Computing the features at three output strides …";
  const {loaded, total} = status;
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2);
  return `Loading the network’s weights: ${megabytes(loaded)}${total === null ? "" : ` of ${megabytes(total)}`} MB`;
}
