import type {CrfStreet} from "./crfStreet.ts";
import {failureWords, inTurn, onceNear, waitingWords} from "./feed.ts";
import type {LessonStreet} from "./lessonStreet.ts";
import type {NetworkClient} from "./networkClient.ts";

/** What the network says of streets, asked once for all the figures of a page. */
export interface CrfStreets {
  /**
   * Resolves to what the network says of *street*; to null if another was asked for meanwhile.
   * Opens the network with the first call, and tells *wait* how that goes. Rejects with an Error in
   * words for the reader.
   */
  of(street: LessonStreet, wait: (words: string) => void): Promise<CrfStreet | null>;
}

/** Returns the streets of the network that **open** opens; the last one is kept. */
export function crfStreets(open: () => NetworkClient): CrfStreets {
  let last: {street: LessonStreet; answer: Promise<CrfStreet | null>} | null = null;
  return {
    async of(street, wait) {
      const network = open();
      const stop = network.subscribe((status) => wait(waitingWords(status)));
      if (last?.street !== street) {
        const {seed, width, height, pixels} = street;
        const picture = {width, height, data: pixels};
        const answer = network.compute("crf street", "crfStreet", {seed, picture});
        const asked = (last = {street, answer});
        // What failed is asked for again.
        answer.catch(() => {
          if (last === asked) last = null;
        });
      }
      try {
        return await last.answer;
      } finally {
        stop();
      }
    }
  };
}

/** A figure that is told what the network says of a street. */
export interface CrfListener {
  /** Says what the figure waits for. */
  wait(words: string): void;
  /** Shows a street; the same object while the street is the same. */
  show(problem: CrfStreet, street: LessonStreet): void;
  /** Says what went wrong, and what to do. */
  fail(words: string): void;
}

/**
 * Feeds *figure* with streets, beginning with *street*, from when it first comes within **margin**
 * pixels of the screen (default 600): before, nothing is loaded for it. Returns what gives it
 * another street, and what ends this.
 */
export function crfFeed(
  figure: Element,
  street: LessonStreet,
  streets: CrfStreets,
  {wait, show, fail}: CrfListener,
  {margin = 600}: {margin?: number} = {}
): {update(street: LessonStreet): void; close(): void} {
  let near = false;
  let open = true;

  function ask(): void {
    const of = street;
    const current = () => open && of === street;
    streets
      .of(of, (words) => {
        if (current()) wait(words);
      })
      .then(
        (problem) => {
          inTurn(() => {
            if (problem !== null && current()) show(problem, of);
          });
        },
        (error: unknown) => {
          if (current()) fail(failureWords(error));
        }
      );
  }

  const giveUp = onceNear(figure, margin, () => {
    near = true;
    ask();
  });

  return {
    update(next) {
      if (next === street) return;
      street = next;
      if (near) ask();
    },
    close() {
      open = false;
      giveUp();
    }
  };
}
