import {dilatedConvolution, type Filter} from "../model/atrousForms.ts";
import {atrousForms, type AtrousForms, type AtrousFormsValue} from "../viz/index.ts";
import {openAtrousForms} from "./atrousFormsClient.ts";
import {filterPicture} from "./filterPicture.ts";
import type {LessonStreet} from "./lessonStreet.ts";

/** Figure 1.2, on a street. */
export interface AtrousFormsFigure extends Omit<AtrousForms, "update"> {
  /** Shows another street. */
  update(street: LessonStreet): void;
}

/**
 * Returns the figure of the three ways to compute a convolution with holes, on *street*; **learned**
 * reads the network's filters. The slower two are computed in a worker, which close ends.
 */
export function atrousFormsFigure(
  street: LessonStreet,
  {
    learned,
    value,
    save
  }: {
    learned: () => Promise<readonly Filter[]>;
    value?: Partial<AtrousFormsValue>;
    save?: (file: Blob, name: string) => void;
  }
): AtrousFormsFigure {
  const client = openAtrousForms();
  const figure = atrousForms({
    picture: filterPicture(street),
    dilated: dilatedConvolution,
    others: client.compute,
    learned,
    value,
    save
  });
  const {update, close} = figure;
  return Object.assign(figure, {
    update: (next: LessonStreet) => update(filterPicture(next)),
    close() {
      close();
      client.close();
    }
  });
}
