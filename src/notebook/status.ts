import type {NetworkClient, NetworkStatus} from "./networkClient.ts";

const backendNames = {webgpu: "WebGPU", wasm: "WebAssembly", webgl: "WebGL", cpu: "JavaScript"};

/** Returns the status in a few words: what the network runs on, and how long a pass took. */
export function statusText(status: NetworkStatus): string {
  switch (status.state) {
    case "loading":
      return status.total === null
        ? `Loading weights, ${kilobytes(status.loaded)} kB`
        : `Loading weights, ${kilobytes(status.loaded)} of ${kilobytes(status.total)} kB`;
    case "preparing":
      return "Choosing a backend";
    case "ready": {
      const {backend, threads, milliseconds} = status;
      const on =
        threads > 1 ? `${backendNames[backend]}, ${threads} threads` : backendNames[backend];
      return milliseconds === null ? on : `${on} · ${Math.round(milliseconds)} ms`;
    }
    case "failed":
      return "Network not running";
  }
}

/** Keeps the header's indicator in step with *network*. */
export function showStatus(network: NetworkClient): void {
  const element = document.getElementById("network-status");
  if (element === null) return;
  network.subscribe((status) => {
    element.dataset.state = status.state === "preparing" ? "loading" : status.state;
    element.textContent = statusText(status);
  });
}

const kilobytes = (bytes: number) => Math.round(bytes / 1000).toLocaleString("en");
