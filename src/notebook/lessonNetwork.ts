import {openNetwork, type NetworkClient} from "./networkClient.ts";
import type {Notices} from "./notices.ts";
import {showStatus} from "./status.ts";

/**
 * Returns a function that opens the network at address *weights*, in its worker, when it is first
 * called, and returns the same one from then on: a lesson that is not read to its live figures loads
 * neither weights nor TensorFlow.js. What the reader should know is told to *board*. In the
 * browser's console, the network is `network`.
 */
export function lessonNetwork(weights: string, board: Notices): () => NetworkClient {
  let network: NetworkClient | null = null;
  return () => {
    if (network === null) {
      network = openNetwork(weights, {onNotice: board.show});
      Object.assign(globalThis, {network});
      showStatus(network);
    }
    return network;
  };
}
