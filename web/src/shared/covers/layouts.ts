/** A box of the cover: its left, its top, its width and its height. */
export type Box = readonly [x: number, y: number, w: number, h: number];

export interface Layout {
  art: Box;
  /** Where the letters stand. */
  text: Box;
  /** A ground of their own beneath the letters: in the ink's colour, or in the paper's. */
  ground?: Box;
  inverse?: boolean;
  /** A line around the ground. */
  framed?: boolean;
  /** The author stands at the cover's foot, with the title at its head. */
  foot?: Box;
  centred?: boolean;
  middle?: boolean;
}

const FULL: Box = [0, 0, 300, 450];

export const LAYOUTS: Readonly<Record<string, Layout>> = {
  // Title at the top, the art on the same ground below.
  T: { art: [0, 190, 300, 260], text: [30, 30, 242, 150] },
  // The art above, the title on the same ground below.
  B: { art: [0, 14, 300, 258], text: [30, 282, 242, 138] },
  // A strip in the ink's colour at the foot.
  S: {
    art: [0, 0, 300, 276],
    ground: [0, 276, 300, 174],
    text: [30, 298, 242, 126],
    inverse: true,
  },
  // The same at the head.
  H: { art: [0, 172, 300, 278], ground: [0, 0, 300, 172], text: [30, 28, 242, 122], inverse: true },
  // A label pasted on a patterned paper.
  L: {
    art: FULL,
    ground: [48, 52, 210, 176],
    text: [64, 70, 178, 140],
    framed: true,
    centred: true,
    middle: true,
  },
  K: {
    art: FULL,
    ground: [40, 212, 224, 190],
    text: [58, 232, 188, 150],
    inverse: true,
    framed: true,
    centred: true,
    middle: true,
  },
  // A band across.
  M: {
    art: FULL,
    ground: [0, 142, 300, 166],
    text: [30, 160, 242, 130],
    centred: true,
    middle: true,
  },
  // The art as a picture in a margin, the author below it.
  W: {
    art: [35, 156, 236, 222],
    text: [35, 32, 236, 112],
    foot: [35, 388, 236, 36],
    centred: true,
  },
  // A frame over all of the cover.
  F: { art: [24, 166, 258, 260], text: [36, 34, 234, 120], centred: true, middle: true },
};
