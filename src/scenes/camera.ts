import type {Scene} from "./scene.ts";

/** A point in meters along the street: right of its middle, above the road, ahead of the camera. */
export type Point3 = readonly [x: number, y: number, z: number];

/** The size of a picture in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Nothing nearer to the camera than this many meters is projected: corners are moved out to it. */
export const nearest = 1;

/** A scene's camera with a picture's size: the pinhole projection and its inverse on the ground. */
export interface View extends Size {
  /** Pixels from the top to the horizon. */
  readonly horizon: number;
  /** One pixel of a picture 257 pixels wide, in pixels of this one. */
  readonly pixel: number;
  /** Returns the pixels that a meter takes up at depth *z*. */
  perMeter(z: number): number;
  /** Returns a point's place in the picture, in pixels. */
  point(x: number, y: number, z: number): [x: number, y: number];
  /** Returns the projections of *points* as a polygon. */
  polygon(points: readonly Point3[]): number[];
  /** Returns the place on the road that a pixel below the horizon shows. */
  ground(px: number, py: number): {x: number; depth: number};
}

/**
 * Returns the view of *scene* in a picture of *width* × *height* pixels (default 257×193).
 * Throws a RangeError unless both are positive.
 */
export function viewOf(scene: Scene, {width, height}: Size): View {
  if (!(width > 0 && height > 0)) {
    throw new RangeError(`invalid size: ${width}×${height}; both sides must be positive`);
  }
  const {camera, street} = scene;
  const focal = camera.focal * width;
  const horizon = scene.horizon * height;
  const vanish = camera.vanish * width;
  const point = (x: number, y: number, z: number): [number, number] => {
    const d = z > nearest ? z : nearest;
    return [
      vanish + focal * ((x - camera.x) / d + street.bend * d),
      horizon + (focal * (camera.height - y)) / d
    ];
  };
  return {
    width,
    height,
    horizon,
    pixel: width / 257,
    perMeter: (z) => focal / Math.max(z, nearest),
    point,
    polygon(points) {
      const polygon = new Array<number>(2 * points.length);
      for (let i = 0; i < points.length; ++i) {
        const p = points[i];
        const d = p[2] > nearest ? p[2] : nearest;
        polygon[2 * i] = vanish + focal * ((p[0] - camera.x) / d + street.bend * d);
        polygon[2 * i + 1] = horizon + (focal * (camera.height - p[1])) / d;
      }
      return polygon;
    },
    ground(px, py) {
      const depth = (focal * camera.height) / Math.max(py - horizon, 1e-6);
      return {x: ((px - vanish) / focal - street.bend * depth) * depth + camera.x, depth};
    }
  };
}

/** Returns whether a place in the street is well within the picture's sides. */
export function inView({camera, street}: Scene, x: number, depth: number): boolean {
  const right = (x - camera.x) / depth + street.bend * depth;
  return Math.abs(camera.vanish + camera.focal * right - 0.5) < 0.47;
}
