import {InputError, messageOf} from "./inputError.ts";

interface Command {
  summary: string;
  /** Loads the command's own file: `--help` needs none of the others. */
  load: () => Promise<(args: string[]) => Promise<void> | void>;
}

const commands = new Map<string, Command>([
  [
    "segment",
    {
      summary: "segment photographs: color mask, overlay, index mask, share of each class",
      load: async () => (await import("./segment.ts")).segmentCommand
    }
  ],
  [
    "evaluate",
    {
      summary: "score the network on labeled pictures or on procedural streets",
      load: async () => (await import("./evaluate.ts")).evaluateCommand
    }
  ],
  [
    "train",
    {
      summary: "train the network on labeled pictures and procedural streets",
      load: async () => (await import("./train.ts")).trainCommand
    }
  ]
]);

const width = Math.max(...[...commands.keys()].map((name) => name.length));

const help = `deeplab COMMAND [options]

A DeepLab v3+ for street scenes, on the command line.

Commands:
${[...commands].map(([name, {summary}]) => `  ${name.padEnd(width)}  ${summary}`).join("\n")}

deeplab COMMAND --help tells the options of each. Errors go to standard error; the exit
code is 2 for bad input and 1 for a failure.
`;

async function main(args: string[]): Promise<void> {
  const [name, ...rest] = args;
  if (name === "--help" || name === "-h") return void process.stdout.write(help);
  const command = commands.get(name);
  if (!command) {
    const fault = name === undefined ? "no command" : `unknown command: ${name}`;
    throw new InputError(`${fault}; there are ${[...commands.keys()].join(", ")} (see --help)`);
  }
  await (
    await command.load()
  )(rest);
}

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`deeplab: ${messageOf(error)}\n`);
  // Everywhere in the project, a RangeError is an option's value that is not legal.
  process.exitCode = error instanceof InputError || error instanceof RangeError ? 2 : 1;
});
