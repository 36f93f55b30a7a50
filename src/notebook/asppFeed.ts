import type {AsppReading, AsppRequest} from "./asppReading.ts";
import {failureWords, inTurn, onceNear, waitingWords} from "./feed.ts";
import type {NetworkClient} from "./networkClient.ts";

/** The network whose ASPP is steered, for all the figures of a page. */
export interface AsppReader {
  /**
   * Resolves to what the network says when it is steered so; to null if a newer request of the same
   * *lane* came before this one was begun. Opens the network with the first call, and tells *wait*
   * how that goes. Rejects with an Error in words for the reader.
   */
  read(
    lane: string,
    request: AsppRequest,
    wait?: (words: string) => void
  ): Promise<AsppReading | null>;
}

/** Returns the reader of the network that **open** opens. */
export function asppReader(open: () => NetworkClient): AsppReader {
  return {
    async read(lane, request, wait = () => undefined) {
      const network = open();
      const stop = network.subscribe((status) => wait(waitingWords(status)));
      try {
        return await network.compute(`aspp: ${lane}`, "aspp", request);
      } finally {
        stop();
      }
    }
  };
}

/** A figure that is told what the network says when it is steered. */
export interface AsppListener {
  /** Says what the figure waits for: at once while it has nothing, else after {@link PATIENCE}. */
  wait(words: string): void;
  /** Shows what came of *request*. */
  show(reading: AsppReading, request: AsppRequest): void;
  /** Says what went wrong, and what to do. */
  fail(words: string): void;
}

/** How long a figure that shows something says nothing while it waits, in milliseconds. */
const PATIENCE = 250;

/** What keeps a figure up to date with what it asks. */
export interface AsppFeed {
  /** Asks anew, as **request** then has it. Of many calls in a row only the newest is computed. */
  ask(): void;
  close(): void;
}

/**
 * Feeds *figure* with what the network says of *request*, asked for when the figure first comes
 * within **margin** pixels of the screen (default 600), and at each {@link AsppFeed.ask} from then
 * on. Answers come in the order of their requests; of those that are late, only those about the
 * picture asked for last are shown.
 */
export function asppFeed(
  figure: Element,
  lane: string,
  reader: AsppReader,
  request: () => AsppRequest,
  {wait, show, fail}: AsppListener,
  {margin = 600}: {margin?: number} = {}
): AsppFeed {
  let near = false;
  let open = true;
  let newest: AsppRequest | null = null;
  let empty = true;

  function ask(): void {
    if (!near || !open) return;
    const asked = (newest = request());
    const current = () => open && asked.source.key === newest?.source.key;
    let words = "";
    let said = empty;
    const say = () => {
      if (said && open && asked === newest) wait(words);
    };
    const timer = setTimeout(() => {
      said = true;
      say();
    }, PATIENCE);
    reader
      .read(lane, asked, (next) => {
        words = next;
        say();
      })
      .then(
        (reading) => {
          inTurn(() => {
            if (reading === null || !current()) return;
            empty = false;
            show(reading, asked);
          });
        },
        (error: unknown) => {
          if (current()) fail(failureWords(error));
        }
      )
      .finally(() => clearTimeout(timer));
  }

  const giveUp = onceNear(figure, margin, () => {
    near = true;
    ask();
  });
  return {
    ask,
    close() {
      open = false;
      giveUp();
    }
  };
}

/** Returns the street of a lesson as the network is asked about it. */
export function asppSource({
  seed,
  width,
  height,
  pixels
}: {
  seed: number;
  width: number;
  height: number;
  pixels: Uint8ClampedArray;
}): AsppRequest["source"] {
  return {key: `street ${seed}`, picture: {width, height, data: pixels}};
}
