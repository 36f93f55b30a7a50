/** How much of a file has arrived, in bytes; *total* is null where the host does not tell. */
export interface Progress {
  loaded: number;
  total: number | null;
}

/**
 * Returns the bytes of *response*, telling *onProgress* after every chunk how many have arrived.
 * The total is known only of a body that is sent as it is: Content-Length counts the compressed
 * bytes of one that is not.
 *
 * Throws an Error that names the address and the status if the host has no such file, and one that
 * gives both sizes if the body ends early.
 */
export async function loadBytes(
  response: Response,
  onProgress: (progress: Progress) => void = () => undefined
): Promise<Uint8Array> {
  const name = response.url.split("/").at(-1) ?? response.url;
  if (!response.ok || response.body === null) {
    throw new Error(`cannot load ${name}: ${response.status} ${response.statusText}`.trim());
  }
  const length = Number(response.headers.get("Content-Length"));
  const total = length > 0 && !response.headers.has("Content-Encoding") ? length : null;
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  onProgress({loaded, total});
  const reader = response.body.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    chunks.push(read.value);
    loaded += read.value.length;
    onProgress({loaded, total});
  }
  if (total !== null && loaded !== total) {
    throw new Error(`cannot load ${name}: ${loaded} of ${total} bytes arrived`);
  }
  const bytes = new Uint8Array(loaded);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
