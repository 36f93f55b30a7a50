import {runCommand} from "./commands.ts";
import {InputError, messageOf} from "./inputError.ts";

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

runCommand(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`deeplab: ${messageOf(error)}\n`);
  // Everywhere in the project, a RangeError is an option's value that is not legal.
  process.exitCode = error instanceof InputError || error instanceof RangeError ? 2 : 1;
});
