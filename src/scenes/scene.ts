/** A color or an albedo: red, green and blue in 0…255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** What can stand in a street. Parts of an object may differ in class: a sign has a pole. */
export type Kind =
  | "building"
  | "hedge"
  | "fence"
  | "tree"
  | "pole"
  | "bollard"
  | "sign"
  | "trafficLight"
  | "car"
  | "pedestrian"
  | "bicyclist";

/**
 * A thing in the street. Its place is given along the street: *x* meters right of the middle of the
 * road, *depth* meters in front of the camera; the street's bend is added by the camera.
 */
export interface SceneObject {
  /** Unique in its scene, and never used again. */
  readonly id: number;
  readonly kind: Kind;
  /** Meters right of the middle of the road, to the object's middle (to its street side, for buildings). */
  readonly x: number;
  /** Meters in front of the camera, to the object's middle. */
  readonly depth: number;
  /** Meters. */
  readonly height: number;
  /** Meters across the street, before *heading* turns the object. */
  readonly width: number;
  /** Meters along the street, before *heading* turns the object. */
  readonly length: number;
  /** Radians: 0 goes away from the camera, π comes towards it. */
  readonly heading: number;
  readonly color: Rgb;
  readonly accent: Rgb;
  /** Selects among the shapes of a kind: a non-negative integer. */
  readonly style: number;
  /** Seeds the object's own details, so that they follow it wherever it goes. */
  readonly seed: number;
}

/** What lies beside the pavement from one depth to another, in meters. */
export interface Plot {
  readonly side: -1 | 1;
  readonly from: number;
  readonly to: number;
  readonly use: "building" | "park" | "junction";
}

/** The road, its pavements and what they are made of. */
export interface Street {
  /** Half the width of the road, in meters. */
  readonly half: number;
  /** Widths of the left and right pavements, in meters. */
  readonly pavements: readonly [left: number, right: number];
  /** Curvature: at depth z the street lies bend · z² meters to the right. */
  readonly bend: number;
  /** The side that traffic keeps to: −1 left, 1 right. */
  readonly drive: -1 | 1;
  /** Selects the road markings. */
  readonly markings: number;
  /** Meters to a zebra crossing, or 0 for none. */
  readonly crossing: number;
  readonly asphalt: Rgb;
  readonly paving: Rgb;
  readonly kerb: Rgb;
  readonly grass: Rgb;
  readonly plots: readonly Plot[];
}

/** Where the dash-cam is and where it looks. */
export interface Camera {
  /** Meters right of the middle of the road. */
  readonly x: number;
  /** Meters above the road. */
  readonly height: number;
  /** Focal length as a share of the picture's width. */
  readonly focal: number;
  /** The vanishing point of a straight street as a share of the picture's width: yaw moves it. */
  readonly vanish: number;
}

/** What closes the view at the far end of the street. */
export interface Backdrop {
  readonly trees: boolean;
  readonly skyline: boolean;
  readonly color: Rgb;
  readonly foliage: Rgb;
  readonly seed: number;
}

/** A street as plain JSON: everything that its picture and its labels are made from. */
export interface Scene {
  readonly seed: number;
  /** One of `lights`. */
  readonly light: string;
  /** Radians from straight ahead, clockwise: where the sun stands. */
  readonly sun: number;
  /** The height of the horizon as a share of the picture's height, from the top. */
  readonly horizon: number;
  readonly camera: Camera;
  readonly street: Street;
  readonly backdrop: Backdrop;
  readonly objects: readonly SceneObject[];
}

/** The labels of the eleven classes by name: their indices in `classes` of src/model/classes.ts. */
export const label = {
  sky: 0,
  building: 1,
  pole: 2,
  road: 3,
  pavement: 4,
  tree: 5,
  sign: 6,
  fence: 7,
  car: 8,
  pedestrian: 9,
  bicyclist: 10
} as const;

/** The height of a pavement above the road, in meters. */
export const kerbHeight = 0.13;

/** Returns the distance in meters from the middle of the road to the back of a side's pavement. */
export function buildingLine(street: Street, side: number): number {
  return street.half + street.pavements[side < 0 ? 0 : 1];
}

/** Returns what lies beside the pavement at *depth* meters, a building beyond the last plot. */
export function plotAt(street: Street, side: number, depth: number): Plot["use"] {
  for (const plot of street.plots) {
    if (plot.side === Math.sign(side) && plot.from <= depth && depth < plot.to) return plot.use;
  }
  return "building";
}

/** Returns the height in meters of the ground at a place: 0 on roads, a kerb's height beside them. */
export function groundHeight(street: Street, x: number, depth: number): number {
  if (Math.abs(x) <= street.half) return 0;
  return plotAt(street, x, depth) === "junction" ? 0 : kerbHeight;
}
