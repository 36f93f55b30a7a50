/** One value in the address: how it is read and written. */
export interface Field<T> {
  /** Throws a RangeError that says what is legal. */
  parse(text: string): T;
  format(value: T): string;
}

/** The values that an address may hold, by key. */
export type Fields<S> = {readonly [K in keyof S]: Field<S[K]>};

/** The version of the schema, written as `v` when anything else is. */
const version = 1;

/**
 * Returns the state that the fragment *hash* of an address describes, and what is wrong with it, in
 * sentences for the reader. A key that is missing or wrong has its value in *initial*; unknown keys
 * are ignored.
 */
export function parseFields<S extends object>(
  fields: Fields<S>,
  initial: Readonly<S>,
  hash: string
): {state: S; problems: string[]} {
  const parameters = new URLSearchParams(hash.replace(/^#/, ""));
  const state: S = {...initial};
  const problems: string[] = [];
  const v = parameters.get("v");
  if (v !== null && v !== String(version)) {
    problems.push(
      `The link is of version “${v}”, this page reads ${version}: it may look different.`
    );
  }
  for (const key of keysOf(fields)) {
    const text = parameters.get(key);
    if (text === null) continue;
    try {
      state[key] = fields[key].parse(text);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      problems.push(`The link says ${key}=${text}, but ${error.message}. The default is shown.`);
    }
  }
  return {state, problems};
}

/** Returns the fragment that describes *state*: "" for the initial one, else "#…". */
export function formatFields<S extends object>(
  fields: Fields<S>,
  initial: Readonly<S>,
  state: Readonly<S>
): string {
  const parts = keysOf(fields).flatMap((key) => {
    const {format} = fields[key];
    const text = format(state[key]);
    return text === format(initial[key]) ? [] : [`${key}=${encode(text)}`];
  });
  return parts.length > 0 ? `#v=${version}&${parts.join("&")}` : "";
}

function keysOf<S extends object>(fields: Fields<S>): (keyof S & string)[] {
  return Object.keys(fields) as (keyof S & string)[];
}

/** Escapes what a fragment or URLSearchParams would misread, and keeps the rest legible. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%20/g, "+");
}

/** A number from *min* to *max*, written with three decimals at most. */
export function number(min: number, max: number, whole = false): Field<number> {
  return {
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

/** Any number: whose it is will tell what is legal. */
export const anyNumber: Field<number> = {
  parse(text) {
    const value = text.trim() === "" ? NaN : Number(text);
    if (!Number.isFinite(value)) throw new RangeError("it must be a number");
    return value;
  },
  format: String
};

/** Any text: whose it is will tell what is legal. */
export const anyText: Field<string> = {parse: (text) => text, format: (value) => value};

/** Whether something is so. */
export const yesOrNo: Field<boolean> = {
  parse(text) {
    if (text !== "yes" && text !== "no") throw new RangeError("it must be yes or no");
    return text === "yes";
  },
  format: (value) => (value ? "yes" : "no")
};

/** From *least* to *most* of another field's values, with commas between them. */
export function list<T>(
  {parse, format}: Field<T>,
  least: number,
  most: number
): Field<readonly T[]> {
  return {
    parse(text) {
      const parts = text.split(",");
      if (!(parts.length >= least && parts.length <= most)) {
        const counts = least === most ? String(least) : `${least} to ${most}`;
        throw new RangeError(`it must be ${counts} values with commas between them`);
      }
      return parts.map(parse);
    },
    format: (values) => values.map(format).join(",")
  };
}

/** Numbers by name, written in the order of *keys* with dots between them: `3.1.2`. */
export function dotted<K extends string>(...keys: readonly K[]): Field<Record<K, number>> {
  return {
    parse(text) {
      const parts = text.split(".").map((part) => (part === "" ? NaN : Number(part)));
      if (parts.length !== keys.length || parts.some(Number.isNaN))
        throw new RangeError(
          `it must be ${keys.length} numbers with dots between them: ${keys.join(", ")}`
        );
      return Object.fromEntries(keys.map((key, i) => [key, parts[i]])) as Record<K, number>;
    },
    format: (value) => keys.map((key) => value[key]).join(".")
  };
}

/** One of *values*. */
export function choice<T extends string | number>(
  values: readonly T[],
  format: (value: T) => string = String
): Field<T> {
  return {
    parse(text) {
      const found = values.find((value) => format(value) === text);
      if (found === undefined) throw new RangeError(`it must be one of ${values.join(", ")}`);
      return found;
    },
    format
  };
}

/** Another field's value, or null, which is not written. */
export function optional<T>({parse, format}: Field<T>): Field<T | null> {
  return {parse, format: (value) => (value === null ? "" : format(value))};
}

/** A point of a picture, in shares of its width and height. */
export function point(): Field<{x: number; y: number}> {
  return {
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
 * Keeps the fragment of the address. **read** returns what it says now, "" where it only names a
 * section; **write** puts another there, without a step in the browser's history and not more often
 * than browsers allow; *onChange* is told when the reader edits the address or follows a link within
 * the page.
 */
export function addressBar(onChange: () => void): {
  read(): string;
  write(hash: string): void;
} {
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** The fragment as last heard of or written: the event of an edit comes later than the edit. */
  let known = location.hash;
  addEventListener("hashchange", () => {
    known = location.hash;
    if (location.hash === "" || location.hash.includes("=")) onChange();
  });
  return {
    read: () => (location.hash.includes("=") ? location.hash : ""),
    write(hash) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (location.hash !== known) return; // an edit that onChange is yet to be told of
        if (hash === location.hash || (hash === "" && !location.hash.includes("="))) return;
        history.replaceState(null, "", hash === "" ? location.pathname + location.search : hash);
        known = location.hash;
      }, 250);
    }
  };
}
