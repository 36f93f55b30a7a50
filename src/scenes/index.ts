export {type DrawingContext, type Pixels} from "./brush.ts";
export {type Size} from "./camera.ts";
export {defaultSize, drawScene} from "./draw.ts";
export {
  addableKinds,
  addObject,
  groundPoint,
  moveObject,
  objectAt,
  objectBox,
  type Place,
  placeFromPixel,
  removeObject,
  setLight
} from "./interact.ts";
export {labelAgreement, labelScene} from "./labels.ts";
export {lights} from "./light.ts";
export {type Kind, type Scene, type SceneObject} from "./scene.ts";
export {randomScene} from "./street.ts";
