import {parseArgs, type ParseArgsConfig} from "node:util";
import {InputError} from "./inputError.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{options: T; allowPositionals: true; strict: true}>
>;

/**
 * Returns the values of a command's options and its other arguments. Throws an InputError, with
 * the list of the options that there are, for one that there is not.
 */
export function parseOptions<const T extends Options>(
  command: string,
  args: string[],
  options: T
): Pick<Parsed<T>, "values" | "positionals"> {
  try {
    const joined = joinNegative(args, options);
    return parseArgs({args: joined, options, allowPositionals: true, strict: true});
  } catch (error) {
    const {code, message} = error as Error & {code?: string};
    if (!code?.startsWith("ERR_PARSE_ARGS")) throw error;
    const unknown = /^Unknown option '(-[^']*)'/.exec(message)?.[1];
    const known = Object.keys(options).map((name) => `--${name}`);
    throw new InputError(
      unknown
        ? `unknown option ${unknown}; ${command} has ${known.join(", ")}`
        : `${message.replace(/\.$/, "").split(". ")[0]}; see deeplab ${command} --help`,
      {cause: error}
    );
  }
}

/** Makes `--rates -1` one argument: a negative number is a value, to be named as not legal. */
function joinNegative(args: string[], options: Options): string[] {
  const joined: string[] = [];
  for (let i = 0; i < args.length; ++i) {
    const takesValue = options[args[i].slice(2)]?.type === "string" && args[i].startsWith("--");
    if (args[i] === "--") return [...joined, ...args.slice(i)];
    if (takesValue && /^-[\d.]/.test(args[i + 1] ?? "")) joined.push(`${args[i]}=${args[++i]}`);
    else joined.push(args[i]);
  }
  return joined;
}

/** Returns the integer that *text* is; throws an InputError naming it unless it is in range. */
export function integerOption(what: string, text: string, least: number, most: number): number {
  const value = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN;
  if (!(Number.isInteger(value) && value >= least && value <= most)) {
    throw new InputError(
      `invalid ${what}: ${text || "nothing"}; a whole number from ${least} to ${most} is legal`
    );
  }
  return value;
}

/** Returns the one of *choices* that *text* is; throws an InputError that names them otherwise. */
export function choiceOption<T extends string | number>(
  what: string,
  text: string,
  choices: readonly T[]
): T {
  const choice = choices.find((choice) => String(choice) === text);
  if (choice === undefined) {
    const legal = `${choices.join(", ")} ${choices.length > 1 ? "are" : "is"} legal`;
    throw new InputError(`invalid ${what}: ${text || "nothing"}; ${legal}`);
  }
  return choice;
}
