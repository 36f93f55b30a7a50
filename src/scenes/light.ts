import type {Point3} from "./camera.ts";
import type {Rgb, Scene} from "./scene.ts";

interface LightModel {
  /** Light from the whole sky, and from the sun, as factors of an albedo. */
  readonly ambient: Rgb;
  readonly direct: Rgb;
  readonly skyTop: Rgb;
  readonly skyLow: Rgb;
  readonly cloud: Rgb;
  /** Share of the sky that clouds cover. */
  readonly cover: number;
  readonly haze: Rgb;
  /** Meters over which 63 % of a color is lost in the haze. */
  readonly sight: number;
  /** Radians from the horizon to the sun. */
  readonly elevation: number;
  /** Opacity of cast shadows. */
  readonly shadow: number;
  /** Standard deviation of the sensor's noise, in 8-bit steps. */
  readonly noise: number;
  /** Whether windows and lamps are lit. */
  readonly lamps: boolean;
}

const models: Readonly<Record<string, LightModel>> = {
  day: {
    ambient: [0.52, 0.58, 0.67],
    direct: [0.92, 0.85, 0.72],
    skyTop: [84, 138, 206],
    skyLow: [205, 222, 236],
    cloud: [246, 247, 250],
    cover: 0.45,
    haze: [196, 210, 226],
    sight: 210,
    elevation: 0.8,
    shadow: 0.5,
    noise: 2.6,
    lamps: false
  },
  overcast: {
    ambient: [0.83, 0.85, 0.88],
    direct: [0.12, 0.12, 0.12],
    skyTop: [168, 176, 188],
    skyLow: [224, 228, 232],
    cloud: [206, 210, 217],
    cover: 0.9,
    haze: [206, 211, 218],
    sight: 170,
    elevation: 1.1,
    shadow: 0,
    noise: 3.2,
    lamps: false
  },
  "low sun": {
    ambient: [0.52, 0.52, 0.6],
    direct: [1, 0.76, 0.46],
    skyTop: [118, 152, 200],
    skyLow: [252, 226, 184],
    cloud: [255, 228, 196],
    cover: 0.4,
    haze: [240, 214, 178],
    sight: 150,
    elevation: 0.34,
    shadow: 0.48,
    noise: 3,
    lamps: false
  },
  mist: {
    ambient: [0.8, 0.82, 0.84],
    direct: [0.06, 0.06, 0.06],
    skyTop: [196, 202, 208],
    skyLow: [218, 221, 224],
    cloud: [208, 212, 217],
    cover: 0.3,
    haze: [209, 213, 217],
    sight: 62,
    elevation: 0.9,
    shadow: 0,
    noise: 3.2,
    lamps: false
  },
  dusk: {
    ambient: [0.47, 0.48, 0.61],
    direct: [0.14, 0.09, 0.07],
    skyTop: [58, 74, 122],
    skyLow: [226, 164, 132],
    cloud: [142, 112, 128],
    cover: 0.5,
    haze: [150, 128, 138],
    sight: 150,
    elevation: 0.2,
    shadow: 0,
    noise: 4.2,
    lamps: true
  }
};

/** The names of the lights a scene can have. */
export const lights: readonly string[] = Object.keys(models);

/** A scene's light, with its sun in place. */
export interface Light extends LightModel {
  /** The unit vector to the sun, in the street's axes. */
  readonly sun: Point3;
  /**
   * Returns the color of a surface: its *albedo* lit by the sky and by the share *direct* (0…1) of
   * the sun, seen through the haze from *depth* meters.
   */
  shade(albedo: Rgb, direct: number, depth: number): Rgb;
  /** Returns the share of the sun's light that a surface with this unit normal takes up. */
  facing(normal: Point3): number;
}

/** Returns the light of *scene*; throws a RangeError if its name is not one of `lights`. */
export function lightOf(scene: Scene): Light {
  const model = models[scene.light];
  if (!model) {
    throw new RangeError(`invalid light: ${scene.light}; it must be one of ${lights.join(", ")}`);
  }
  const level = Math.cos(model.elevation);
  const sun: Point3 = [
    level * Math.sin(scene.sun),
    Math.sin(model.elevation),
    level * Math.cos(scene.sun)
  ];
  return {...model, sun, ...shading(model, sun)};
}

function shading(
  {ambient, direct, haze, sight}: LightModel,
  sun: Point3
): Pick<Light, "shade" | "facing"> {
  return {
    shade(albedo, share, depth) {
      const clear = Math.exp(-depth / sight);
      const veil = 1 - clear;
      return [
        clear * Math.min(255, albedo[0] * (ambient[0] + share * direct[0])) + veil * haze[0],
        clear * Math.min(255, albedo[1] * (ambient[1] + share * direct[1])) + veil * haze[1],
        clear * Math.min(255, albedo[2] * (ambient[2] + share * direct[2])) + veil * haze[2]
      ];
    },
    facing: (normal) => Math.max(0, normal[0] * sun[0] + normal[1] * sun[1] + normal[2] * sun[2])
  };
}

/** Returns *light* where something keeps the sun off. */
export function inShade(light: Light): Light {
  const dim = {...light, direct: scale(light.direct, 0.12), ambient: scale(light.ambient, 0.9)};
  return {...dim, ...shading(dim, light.sun)};
}

/** Returns *color* times *factor*. */
export function scale([red, green, blue]: Rgb, factor: number): Rgb {
  return [red * factor, green * factor, blue * factor];
}

/** Returns the color *share* of the way from *a* to *b*. */
export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}
