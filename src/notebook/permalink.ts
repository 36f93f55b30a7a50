import type {Backend} from "../model/backend.ts";
import {classes} from "../model/classes.ts";
import type {OutputStride} from "../model/deeplab.ts";
import {lights} from "../scenes/index.ts";
import {formatEdits, parseEdits, type Edits} from "./sceneEdits.ts";

/** One value in the address: its default, and how it is read and written. */
interface Field<T> {
  readonly initial: T;
  /** Throws a RangeError that says what is legal. */
  parse(text: string): T;
  format(value: T): string;
}

/** The version of the schema, written as `v` when anything else is. */
const version = 1;

/** Everything that a reader would share. A key that is not here is ignored. */
const schema = {
  /** What the atrous rates are multiplied by. */
  scale: number(1, 0.5, 4),
  /** The output stride. */
  stride: choice<OutputStride>(16, [32, 16, 8], String),
  /** Which street. */
  seed: number(17, 0, 2 ** 32 - 1, true),
  /** The street's light, if not its own. */
  light: optional(choice<string>("", lights)),
  /** What the reader changed about the street. */
  edits: {initial: {} as Edits, parse: parseEdits, format: formatEdits} satisfies Field<Edits>,
  /** How strongly the prediction covers the picture. */
  opacity: number(0.6, 0, 1),
  /** The one class that is shown, if not all. */
  only: optional(choice<string>("", [...classes.map(({name}) => name)])),
  /** The pinned point, in shares of the picture's width and height. */
  at: optional(point()),
  /** What computes the network, whatever its speed; read when the page opens. */
  backend: optional(choice<Backend>("wasm", ["webgpu", "wasm", "webgl", "cpu"]))
};

/** What the address of a page says. */
export type PageState = {
  -readonly [K in keyof typeof schema]: (typeof schema)[K] extends Field<infer T> ? T : never;
};

const keys = Object.keys(schema) as (keyof PageState)[];

/** The state of a page that nobody has touched. */
export const initialState: Readonly<PageState> = Object.fromEntries(
  keys.map((key) => [key, schema[key].initial])
) as unknown as PageState;

/**
 * Returns the state that the fragment *hash* of an address describes, and what is wrong with it, in
 * sentences for the reader. A wrong value falls back to its default; unknown keys are ignored.
 */
export function parseHash(hash: string): {state: PageState; problems: string[]} {
  const parameters = new URLSearchParams(hash.replace(/^#/, ""));
  const state: Record<string, unknown> = {...initialState};
  const problems: string[] = [];
  const v = parameters.get("v");
  if (v !== null && v !== String(version)) {
    problems.push(
      `The link is of version “${v}”, this page reads ${version}: it may look different.`
    );
  }
  for (const key of keys) {
    const text = parameters.get(key);
    if (text === null) continue;
    try {
      state[key] = schema[key].parse(text);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      problems.push(`The link says ${key}=${text}, but ${error.message}. The default is shown.`);
    }
  }
  return {state: state as unknown as PageState, problems};
}

/** Returns the fragment that describes *state*: "" for the initial one, else "#…". */
export function formatHash(state: PageState): string {
  const parts = keys.flatMap((key) => {
    const {initial, format} = schema[key] as Field<unknown>;
    const text = format(state[key]);
    return text === format(initial) ? [] : [`${key}=${encode(text)}`];
  });
  return parts.length > 0 ? `#v=${version}&${parts.join("&")}` : "";
}

/** Escapes what a fragment or URLSearchParams would misread, and keeps the rest legible. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%20/g, "+");
}

function number(initial: number, min: number, max: number, whole = false): Field<number> {
  return {
    initial,
    parse(text) {
      const value = text.trim() === "" ? NaN : Number(text);
      if (!(value >= min && value <= max) || (whole && !Number.isInteger(value))) {
        throw new RangeError(`it must be a ${whole ? "whole " : ""}number from ${min} to ${max}`);
      }
      return value;
    },
    format: (value) => String(Number(value.toFixed(3)))
  };
}

function choice<T extends string | number>(
  initial: T,
  values: readonly T[],
  format: (value: T) => string = String
): Field<T> {
  return {
    initial,
    parse(text) {
      const found = values.find((value) => format(value) === text);
      if (found === undefined) throw new RangeError(`it must be one of ${values.join(", ")}`);
      return found;
    },
    format
  };
}

function optional<T>({parse, format}: Field<T>): Field<T | null> {
  return {initial: null, parse, format: (value) => (value === null ? "" : format(value))};
}

function point(): Field<{x: number; y: number}> {
  return {
    initial: {x: 0, y: 0},
    parse(text) {
      const [x, y, ...rest] = text.split(",").map((part) => (part === "" ? NaN : Number(part)));
      if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1) || rest.length > 0) {
        throw new RangeError("it must be two numbers from 0 to 1 with a comma between them");
      }
      return {x, y};
    },
    format: ({x, y}) => `${Number(x.toFixed(3))},${Number(y.toFixed(3))}`
  };
}

/**
 * Keeps the address in step with the page. **read** returns the state in the address now; **write**
 * puts one there, without a step in the browser's history and not more often than browsers allow;
 * **onChange** is told when the reader edits the address or follows a link within the page.
 */
export function permalink(onChange: () => void): {
  read: typeof read;
  write: (state: PageState) => void;
} {
  let timer: ReturnType<typeof setTimeout> | undefined;
  addEventListener("hashchange", () => {
    if (location.hash === "" || location.hash.includes("=")) onChange(); // else a section's name
  });
  return {
    read,
    write(state) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const hash = formatHash(state);
        if (hash === location.hash || (hash === "" && !location.hash.includes("="))) return;
        history.replaceState(null, "", hash === "" ? location.pathname + location.search : hash);
      }, 250);
    }
  };
}

function read(): ReturnType<typeof parseHash> {
  return parseHash(location.hash.includes("=") ? location.hash : "");
}
