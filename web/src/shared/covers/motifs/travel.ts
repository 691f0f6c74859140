import {
  at,
  below,
  circle,
  fill,
  line,
  oval,
  polar,
  poly,
  smooth,
  times,
  type Point,
} from '../shapes';
import type { Motif } from './scene';

/** Range behind range, and a sun. */
export const mountains: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const size = Math.min(w, h) * r(0.17, 0.25);
  const range = (level: number, rough: number) => {
    const peaks = times(7, (i): Point => [
      ((i - 0.5 + r(-0.2, 0.2)) * w) / 5,
      h * (level + (i % 2 ? -rough : rough) * r(0.5, 1)),
    ]);
    return poly([...peaks, [w * 1.2, h + 5], [-w * 0.2, h + 5]]);
  };
  return [
    fill(b, circle(w * r(0.25, 0.75), h * r(0.26, 0.36), size)),
    fill(d, range(0.46, 0.13)),
    fill(a, range(0.62, 0.11)),
    fill(ink, range(0.8, 0.09)),
    line(
      paper,
      3,
      smooth([
        [w * 0.5, h],
        [w * r(0.3, 0.7), h * 0.94],
        [w * r(0.4, 0.6), h * 0.88],
      ]),
      '9 7',
    ),
  ];
};

/** A sail on the sea. */
export const sail: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const x = w * r(0.4, 0.6);
  const base = h * 0.66;
  const s = Math.min(w, h) / 260;
  const wave = (y: number) =>
    below(
      times(12, (i): Point => [(i * (w + 40)) / 11 - 20, y + (i % 2 ? 6 : -6)]),
      h,
    );
  return [
    fill(b, circle(w * (x > w / 2 ? r(0.2, 0.3) : r(0.7, 0.8)), h * 0.3, 46 * s)),
    fill(
      d,
      poly([
        [-5, base],
        [w * 0.2, base - 44 * s],
        [w * 0.42, base],
      ]) +
        poly([
          [w * 0.66, base],
          [w * 0.9, base - 60 * s],
          [w * 1.2, base],
        ]),
    ),
    fill(
      a,
      at('M', x + 5 * s, base - 150 * s) +
        at('Q', x + 78 * s, base - 76 * s, x + 78 * s, base - 16 * s) +
        at('H', x + 5 * s) +
        'z',
    ),
    fill(
      paper === b ? d : ink,
      at('M', x - 5 * s, base - 132 * s) +
        at('Q', x - 30 * s, base - 60 * s, x - 56 * s, base - 16 * s) +
        at('H', x - 5 * s) +
        'z',
    ),
    fill(
      ink,
      poly([
        [x - 66 * s, base - 8 * s],
        [x + 84 * s, base - 8 * s],
        [x + 56 * s, base + 22 * s],
        [x - 44 * s, base + 22 * s],
      ]),
    ),
    fill(d, wave(base + 8)),
    fill(a, wave(base + (h - base) * 0.42)),
    fill(ink, wave(base + (h - base) * 0.75)),
  ];
};

/** A round of the globe, its meridians, a route around it. */
export const globe: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const [x, y] = [w / 2, h / 2];
  const size = Math.min(w, h) * 0.4;
  const [t1, t2] = [r(2.6, 3.6), r(5.6, 6.5)];
  const from = polar(x, y, size * 0.8, t1);
  const to = polar(x, y, size * 0.8, t2);
  const levels = [-0.5, 0, 0.5]
    .map(
      (level) =>
        at('M', x - size * Math.sqrt(1 - level * level), y + level * size) +
        at('h', 2 * size * Math.sqrt(1 - level * level)),
    )
    .join('');
  const pin = (px: number, py: number) =>
    at('M', px, py) +
    at('C', px - 22, py - 26, px - 14, py - 44, px, py - 44) +
    at('C', px + 14, py - 44, px + 22, py - 26, px, py) +
    'z';
  return [
    fill(d, circle(x, y, size * 1.16), 0.5),
    fill(a, circle(x, y, size)),
    line(
      paper,
      2,
      levels +
        oval(x, y, size * 0.45, size) +
        oval(x, y, size * 0.82, size) +
        at('M', x, y - size) +
        at('v', 2 * size),
    ),
    line(ink, 4, at('M', ...from) + at('Q', x, y - size * r(0.2, 1.2), ...to), '9 7'),
    fill(b, pin(...from) + pin(...to)),
    fill(paper, circle(from[0], from[1] - 30, 6) + circle(to[0], to[1] - 30, 6)),
  ];
};
