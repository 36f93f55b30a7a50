import {type DrawingContext, pictureBrush, type Stage} from "./brush.ts";
import {type Size, viewOf} from "./camera.ts";
import {inShade, lightOf} from "./light.ts";
import {paintingOrder} from "./order.ts";
import {paintBuilding} from "./paint/buildings.ts";
import {finish} from "./paint/finish.ts";
import {
  paintBollard,
  paintFence,
  paintPole,
  paintSign,
  paintTrafficLight
} from "./paint/furniture.ts";
import {paintGround, paintSurfaces} from "./paint/ground.ts";
import {paintBicyclist, paintPedestrian} from "./paint/people.ts";
import {paintShadows, sunlit} from "./paint/shadows.ts";
import {paintBackdrop, paintGlow, paintSky} from "./paint/sky.ts";
import {paintHedge, paintTree} from "./paint/vegetation.ts";
import {paintCar} from "./paint/vehicles.ts";
import type {Kind, Scene, SceneObject} from "./scene.ts";

/** The size of picture that the shipped model takes. */
export const defaultSize: Size = {width: 257, height: 193};

const painters: Readonly<Record<Kind, (stage: Stage, object: SceneObject) => void>> = {
  building: paintBuilding,
  hedge: paintHedge,
  fence: paintFence,
  tree: paintTree,
  pole: paintPole,
  bollard: paintBollard,
  sign: paintSign,
  trafficLight: paintTrafficLight,
  car: paintCar,
  pedestrian: paintPedestrian,
  bicyclist: paintBicyclist
};

/** Paints a whole scene on *stage*, the farthest things first. */
export function paintScene(stage: Stage): void {
  paintSky(stage);
  paintGround(stage);
  paintSurfaces(stage);
  paintGlow(stage);
  paintBackdrop(stage);
  paintShadows(stage);
  const shaded: Stage = {...stage, light: inShade(stage.light)};
  for (const object of paintingOrder(stage.scene)) {
    const {kind, x, depth, height} = object;
    const sunny =
      !stage.brush.canvas || kind === "building" || sunlit(stage, x, height * 0.6, depth);
    painters[kind](sunny ? stage : shaded, object);
  }
  finish(stage);
}

/**
 * Paints *scene* over the whole of *context*'s canvas, which must be *width* × *height* pixels
 * (default 257×193, what the shipped model takes) and untransformed.
 *
 * ```js
 * const canvas = createCanvas(257, 193);
 * drawScene(canvas.getContext("2d", {willReadFrequently: true}), randomScene(42));
 * ```
 *
 * The same scene gives the same pixels every time, and every detail of an object depends on the
 * object alone, so that moving one leaves the others as they are. Throws a RangeError if a side is
 * not positive, or the scene's light unknown.
 */
export function drawScene(
  context: DrawingContext,
  scene: Scene,
  {width = defaultSize.width, height = defaultSize.height}: Partial<Size> = {}
): void {
  paintScene({
    scene,
    view: viewOf(scene, {width, height}),
    light: lightOf(scene),
    brush: pictureBrush(context)
  });
}
