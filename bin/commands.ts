import {InputError} from "./inputError.ts";

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
    "cost",
    {
      summary: "parameters and multiply-adds of each layer and of the whole network",
      load: async () => (await import("./cost.ts")).costCommand
    }
  ],
  [
    "receptive-field",
    {
      summary: "size, stride and padding of what each layer's units read of the picture",
      load: async () => (await import("./receptiveField.ts")).receptiveFieldCommand
    }
  ],
  [
    "crf",
    {
      summary: "refine a prediction by a fully connected CRF, iteration by iteration",
      load: async () => (await import("./crf.ts")).crfCommand
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
code is 2 for bad input and 1 for a failure.`;

/**
 * Runs the command line on *args*, the words after `deeplab`. Throws an InputError or a RangeError
 * for bad input, another Error for a failure.
 */
export async function runCommand(args: string[]): Promise<void> {
  const [name, ...rest] = args;
  if (name === "--help" || name === "-h") return console.log(help);
  const command = commands.get(name);
  if (!command) {
    const fault = name === undefined ? "no command" : `unknown command: ${name}`;
    throw new InputError(`${fault}; there are ${[...commands.keys()].join(", ")} (see --help)`);
  }
  await (
    await command.load()
  )(rest);
}
