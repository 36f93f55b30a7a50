/** A page of the site, as the contents, the page's own head and its neighbors need it. */
export interface Page {
  /** The file's name under `notebooks/`. */
  readonly file: string;
  /** The short name by which the contents call it. */
  readonly name: string;
  /** One sentence for search engines and link previews. */
  readonly description: string;
}

/** Every page of the site in reading order. A page that is not listed here is not built. */
export const pages: readonly Page[] = [
  {
    file: "index.html",
    name: "Seeing with holes",
    description:
      "Rearrange a street while a real DeepLab v3+ segments it in your browser, and turn one slider to see what atrous convolution does."
  },
  {
    file: "atrous.html",
    name: "Convolution with holes",
    description:
      "What atrous convolution sees and what it misses: taps and holes, receptive fields that unfold, gridding, output stride, and where a trained network really looks."
  },
  {
    file: "separable.html",
    name: "Two cheap steps",
    description:
      "What a depthwise separable convolution costs and what it gives up: real numbers step by step, whole networks beside the paper's counts, times measured on your device, and kernels taken apart."
  },
  {
    file: "crf.html",
    name: "Every pixel with every other",
    description:
      "A fully connected CRF, live: who each pixel listens to, score and belief maps that sharpen iteration by iteration, why it converges, how it is fast, and whom it erases."
  }
];
