import type {NetworkStatus} from "./networkClient.ts";

/**
 * Calls *act* once, when *figure* first comes within *margin* pixels of the screen: what is costly
 * is not begun for what nobody reads. Returns a function that gives it up.
 */
export function onceNear(figure: Element, margin: number, act: () => void): () => void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries[entries.length - 1].isIntersecting) return;
      observer.disconnect();
      act();
    },
    {rootMargin: `${margin}px`}
  );
  observer.observe(figure);
  return () => observer.disconnect();
}

let turns: Promise<void> = Promise.resolve();

/**
 * Calls *act* in a task of its own, after those that were to be called before it: figures that get
 * the same answer at the same moment would else hold up the page together.
 */
export function inTurn(act: () => void): void {
  turns = turns.then(
    () =>
      new Promise((resolve) =>
        setTimeout(() => {
          resolve();
          act();
        })
      )
  );
}

/** Returns what a figure says while it waits for the network, in words for the reader. */
export function waitingWords(status: NetworkStatus): string {
  if (status.state === "preparing") return "Choosing what computes the network …";
  if (status.state !== "loading") return "The network looks at the street …";
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2);
  const of = status.total === null ? "" : ` of ${megabytes(status.total)}`;
  return `Loading the network’s weights: ${megabytes(status.loaded)}${of} MB`;
}

/** Returns what a figure says when the network failed: why, and what to do. */
export function failureWords(error: unknown): string {
  const text = (error as Error).message.replace(/\.$/, "");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}. Reload the page to try again.`;
}
