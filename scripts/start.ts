// npm start [-- --port N] [--host]: serves the notebooks as they are being written. Opens nothing.

import {parseArgs} from "node:util";
import {createServer} from "vite";

try {
  const {port, host} = options();
  const server = await createServer({
    server: {
      open: false,
      // A port that was asked for is meant; the usual one may give way to the next that is free.
      ...(port === undefined ? {} : {port, strictPort: true}),
      ...(host ? {host: true} : {})
    }
  });
  await server.listen();
  server.printUrls();
  process.stdout.write("  Ctrl+C stops the server.\n");
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}

function options(): {port?: number; host: boolean} {
  const {values} = parseArgs({
    options: {port: {type: "string"}, host: {type: "boolean", default: false}}
  });
  if (values.port === undefined) return {host: values.host};
  const port = Number(values.port);
  if (!(Number.isInteger(port) && port > 0 && port < 65536)) {
    throw new RangeError(`invalid port: ${values.port} (a whole number from 1 to 65535)`);
  }
  return {port, host: values.host};
}

function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /already in use/.test(message)
    ? `${message}: stop what uses it, or choose another with npm start -- --port N`
    : message;
}
