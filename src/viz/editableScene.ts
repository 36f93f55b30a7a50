import type {Point} from "./sceneGestures.ts";
import type {Box, Size} from "./sceneStage.ts";

/** Where an object stands: across the street, and how far away, in the scene's own units. */
export interface Place {
  x: number;
  depth: number;
}

/** What the editor reads of an object. */
export interface EditableObject extends Readonly<Place> {
  readonly id: number;
  readonly kind: string;
}

/** What the editor reads of a scene; all else it hands through. */
export interface EditableScene {
  readonly seed: number;
  readonly light: string;
  readonly objects: readonly EditableObject[];
}

/**
 * What the editor is handed. Every function is pure: a change returns a new scene, clamped to
 * what is legal. Pixels are of a picture of the *size* given last.
 */
export interface SceneEditorOptions<S extends EditableScene> {
  draw(context: CanvasRenderingContext2D, scene: S, size: Size): void;
  objectAt(scene: S, x: number, y: number, size: Size): number | null;
  /** The box around an object; the same for the same object, whatever else changes. */
  objectBox(scene: S, id: number, size: Size): Box;
  placeFromPixel(scene: S, id: number, x: number, y: number, size: Size): Place;
  /** The pixel where an object stands. Default: the middle of its box's lower edge. */
  groundPoint?(scene: S, id: number, size: Size): Point;
  move(scene: S, id: number, place: Place): S;
  add(scene: S, kind: string): S;
  remove(scene: S, id: number): S;
  setLight(scene: S, light: string): S;
  randomScene(seed: number): S;
  /** What can be added, moved and removed, in the order of the menu; all else stays put. */
  kinds: readonly {readonly kind: string; readonly label: string}[];
  lights: readonly string[];
  /** The scene's size in pixels, in which fingers and rings are measured. Default 257 × 193. */
  width?: number;
  height?: number;
}
