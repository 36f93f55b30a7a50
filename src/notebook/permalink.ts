import type {Backend} from "../model/backend.ts";
import {classes} from "../model/classes.ts";
import type {OutputStride} from "../model/deeplab.ts";
import {lights} from "../scenes/index.ts";
import {
  choice,
  formatFields,
  number,
  optional,
  parseFields,
  point,
  type Fields
} from "./addressFields.ts";
import {formatEdits, parseEdits, type Edits} from "./sceneEdits.ts";

/** What the address of the front page says: all that a reader would share. */
export interface PageState {
  /** What the atrous rates are multiplied by. */
  scale: number;
  /** The output stride. */
  stride: OutputStride;
  /** Which street. */
  seed: number;
  /** The street's light, if not its own. */
  light: string | null;
  /** What the reader changed about the street. */
  edits: Edits;
  /** How strongly the prediction covers the picture. */
  opacity: number;
  /** The one class that is shown, if not all. */
  only: string | null;
  /** The pinned point, in shares of the picture's width and height. */
  at: {x: number; y: number} | null;
  /** The left and top of figure 0.3's lens, likewise, if the reader has put it anywhere. */
  lens: {x: number; y: number} | null;
  /** How many pixels it is wide. */
  lensSize: number;
  /** What computes the network, whatever its speed; read when the page opens. */
  backend: Backend | null;
}

/** The state of a page that nobody has touched. */
export const initialState: Readonly<PageState> = {
  scale: 1,
  stride: 16,
  seed: 17,
  light: null,
  edits: {},
  opacity: 0.6,
  only: null,
  at: null,
  lens: null,
  lensSize: 48,
  backend: null
};

const fields: Fields<PageState> = {
  scale: number(0.5, 4),
  stride: choice<OutputStride>([32, 16, 8]),
  seed: number(0, 2 ** 32 - 1, true),
  light: optional(choice<string>(lights)),
  edits: {parse: parseEdits, format: formatEdits},
  opacity: number(0, 1),
  only: optional(choice<string>(classes.map(({name}) => name))),
  at: optional(point()),
  lens: optional(point()),
  lensSize: number(16, 96, true),
  backend: optional(choice<Backend>(["webgpu", "wasm", "webgl", "cpu"]))
};

/** Returns the state that the fragment *hash* describes; see {@link parseFields}. */
export const parseHash = (hash: string) => parseFields(fields, initialState, hash);

/** Returns the fragment that describes *state*; see {@link formatFields}. */
export const formatHash = (state: Readonly<PageState>) => formatFields(fields, initialState, state);
