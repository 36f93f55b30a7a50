/**
 * A side view: corners from the rear bumper over the roof to the front bumper, as shares of half
 * the length (−1 rear, 1 front) and of the height; and which of them belong to the cabin.
 */
export interface Profile {
  readonly corners: readonly (readonly [along: number, up: number])[];
  /** Corners first … last stand above the belt line; the strip after `first` is the rear window. */
  readonly first: number;
  readonly last: number;
  /** The cabin's width at the roof as a share of the body's. */
  readonly roof: number;
  readonly wheel: number;
  readonly panes: number;
}

/** The side views of cars by style: saloon, hatchback, estate, van, bus. */
export const profiles: readonly Profile[] = [
  {
    // saloon
    corners: [
      [-1, 0.2],
      [-1, 0.6],
      [-0.95, 0.68],
      [-0.7, 0.69],
      [-0.42, 0.98],
      [0.12, 1],
      [0.45, 0.68],
      [0.93, 0.57],
      [1, 0.45],
      [1, 0.19]
    ],
    first: 3,
    last: 6,
    roof: 0.76,
    wheel: 0.33,
    panes: 2
  },
  {
    // hatchback
    corners: [
      [-1, 0.2],
      [-1, 0.58],
      [-0.96, 0.66],
      [-0.82, 0.97],
      [0.08, 1],
      [0.5, 0.66],
      [0.92, 0.57],
      [1, 0.45],
      [1, 0.19]
    ],
    first: 2,
    last: 5,
    roof: 0.78,
    wheel: 0.33,
    panes: 2
  },
  {
    // estate or four-wheel drive
    corners: [
      [-1, 0.22],
      [-1, 0.6],
      [-0.98, 0.64],
      [-0.9, 0.98],
      [0.2, 1],
      [0.48, 0.66],
      [0.94, 0.6],
      [1, 0.5],
      [1, 0.22]
    ],
    first: 2,
    last: 5,
    roof: 0.84,
    wheel: 0.38,
    panes: 3
  },
  {
    // van
    corners: [
      [-1, 0.17],
      [-1, 0.52],
      [-0.99, 0.54],
      [-0.97, 0.98],
      [0.42, 1],
      [0.7, 0.56],
      [0.95, 0.46],
      [1, 0.36],
      [1, 0.16]
    ],
    first: 2,
    last: 5,
    roof: 0.9,
    wheel: 0.35,
    panes: 1
  },
  {
    // bus or lorry
    corners: [
      [-1, 0.13],
      [-1, 0.42],
      [-1, 0.44],
      [-0.99, 0.99],
      [0.94, 1],
      [1, 0.44],
      [1, 0.4],
      [1, 0.3],
      [1, 0.13]
    ],
    first: 2,
    last: 5,
    roof: 0.95,
    wheel: 0.48,
    panes: 5
  }
];
