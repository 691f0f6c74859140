import { whole } from '../random';
import {
  arc,
  at,
  circle,
  fill,
  join,
  leaf,
  line,
  polar,
  rect,
  smooth,
  times,
  type Point,
} from '../shapes';
import { TAU, type Motif } from './scene';

/** A slice of citrus: rind, pith and its segments. */
const slice = (x: number, y: number, size: number, turn: number, rind: string, pith: string) => [
  fill(rind, circle(x, y, size)),
  fill(pith, circle(x, y, size * 0.88)),
  fill(
    rind,
    join(9, (i) => {
      const angle = turn + (i * TAU) / 9;
      const [cx, cy] = polar(x, y, size * 0.1, angle + TAU / 18);
      return arc(cx, cy, size * 0.7, angle + 0.06, angle + TAU / 9 - 0.06, true);
    }),
  ),
];

export const citrus: Motif = ({ w, h, r, c: [, , a, b, d] }) => {
  const pith = '#fff8e6';
  const size = r(76, 100);
  const leaves = join(5, () => leaf(r(0, w), r(0, h), r(70, 110), r(0, TAU), 0.5));
  const step = size * 1.75;
  const shift = r(-40, 40);
  return [
    fill(d, leaves),
    ...times(Math.ceil(w / step) + 1, (i) => i).flatMap((column) =>
      times(Math.ceil(h / step) + 1, (row) => row).flatMap((row) =>
        slice(
          column * step + shift,
          row * step + (column % 2 ? size : 20),
          size * r(0.66, 0.84),
          r(0, 1),
          [a, b, b][whole(r, 0, 2)] ?? a,
          pith,
        ),
      ),
    ),
  ];
};

/** A steaming bowl on a checked cloth. */
export const bowl: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const x = w / 2;
  const y = h * 0.5;
  const size = Math.min(w * 0.36, h * 0.4);
  const cell = whole(r, 16, 24);
  const cloth = h * 0.72;
  const checks = (part: number) =>
    join(w / cell, (i) => (i % 2 === part ? rect(i * cell, cloth, cell, h) : ''));
  const rows = join((h - cloth) / cell, (i) => (i % 2 ? rect(0, cloth + i * cell, w, cell) : ''));
  const steam = (dx: number) =>
    smooth(times(6, (i) => [x + dx + (i % 2 ? 9 : -9), y - 20 - (i * size) / 6] as Point));
  return [
    fill(paper, rect(0, cloth, w, h)),
    { ...fill(a, checks(0)), opacity: 0.55 },
    { ...fill(a, rows), opacity: 0.55 },
    line(d, 5, steam(-size / 2) + steam(0) + steam(size / 2)),
    fill(
      d,
      join(3, (i) => leaf(x - size * 0.5 + i * size * 0.4, y, size * 0.45, -1.9 + i * 0.4, 0.6)),
    ),
    fill(
      b,
      join(4, (i) => circle(x - size * 0.6 + i * size * 0.4, y + r(-6, 6), size * 0.22)),
    ),
    fill(ink, at('M', x - size, y) + at('A', size, size, 0, 0, 0, x + size, y) + 'z'),
    fill(ink, rect(x - size * 0.4, y + size * 0.9, size * 0.8, size * 0.14)),
    line(b, 4, arc(x, y, size * 0.8, 0.35, 1.1)),
  ];
};

/** Sprigs of herbs side by side. */
export const herbs: Motif = ({ w, h, r, c: [, ink, a, b, d] }) =>
  times(Math.round(w / 76), (i) => i).flatMap((i) => {
    const x = 38 + i * 76 + (w % 76) / 2;
    const bend = r(-26, 26);
    const gap = r(15, 26);
    const round = r(0.3, 0.9);
    const count = Math.floor((h * r(0.72, 0.9)) / gap);
    const spine = (t: number): Point => [x + bend * t * t, h - t * gap * count];
    const leaves = (side: number) =>
      join(count, (n) => {
        const t = (n + 1) / (count + 1);
        return leaf(...spine(t), gap * (2.2 - t), -TAU / 4 + side * 1.05, round);
      });
    const colours = [d, a, ink, b];
    const colour = colours[(i + whole(r, 0, 3)) % 4] ?? d;
    return [
      line(colour, 2.5, smooth(times(6, (n) => spine(n / 5)))),
      fill(colour, leaves(1) + leaves(-1) + leaf(...spine(1), gap * 1.4, -TAU / 4, round)),
    ];
  });
