import { whole } from '../random';
import { arc, at, circle, fill, join, line, polar, poly, rect, times, type Point } from '../shapes';
import { TAU, type Motif } from './scene';

/** Circles, halves and bars, as at a Bauhaus. */
export const bauhaus: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const size = Math.min(w, h);
  const [x, y] = [w * r(0.36, 0.6), h * r(0.4, 0.55)];
  const turn = whole(r, 0, 7) * (TAU / 8);
  const big = size * r(0.3, 0.38);
  const other = polar(x, y, big * 1.15, turn + 1);
  const bar = (off: number): readonly Point[] => [
    polar(x + off, y, w, turn),
    polar(x + off, y, -w, turn),
    polar(x + off + 7, y + 7, -w, turn),
    polar(x + off + 7, y + 7, w, turn),
  ];
  return [
    fill(d, circle(...other, big * 0.72)),
    fill(a, circle(x, y, big)),
    fill(b, arc(x, y, big, turn, turn + Math.PI) + 'z'),
    fill(ink, arc(x, y, big * 0.5, turn + Math.PI, turn + TAU) + 'z' + poly(bar(0))),
    line(
      ink,
      3,
      circle(...polar(x, y, big * 1.5, turn + 3.4), big * 0.42) +
        circle(...polar(x, y, big * 1.5, turn + 3.4), big * 0.26),
    ),
    fill(ink, circle(...polar(x, y, big * 1.5, turn + 3.4), big * 0.1)),
  ];
};

/** The triangle that cannot be: three bars, each of which lies upon the next. */
export const penrose: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const size = Math.min(w, h) * 0.55;
  const spin = r(0, 1) < 0.5 ? TAU / 4 : -TAU / 4;
  const y = h / 2 - Math.sin(spin) * size * 0.12;
  const n = r(7, 9.5);
  /** A bar in coordinates by the three corners, of which the sum is n. */
  const bar = [
    [n - 1, 1, 0],
    [1, n - 1, 0],
    [1, 2, n - 3],
    [2, 2, n - 4],
    [2, n - 3, 1],
    [n - 1, 0, 1],
  ];
  const turned = (i: number) =>
    bar.map((weights): Point => {
      const corners = weights.map((weight, k) =>
        polar(0, 0, (size * weight) / n, spin + ((i + k) * TAU) / 3),
      );
      return [
        corners.reduce((sum, [x]) => sum + x, w / 2),
        corners.reduce((sum, [, dy]) => sum + dy, y),
      ];
    });
  return [
    fill(d, circle(w / 2, h / 2, Math.min(w, h) * 0.48), 0.5),
    ...[a, b, ink].map((colour, i) => fill(colour, poly(turned(i)))),
  ];
};

/** Square within square, each turned a little. */
export const squares: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const count = whole(r, 7, 11);
  const turn = r(0.1, 0.3) * (r(0, 1) < 0.5 ? -1 : 1);
  const round = whole(r, 4, 6);
  const size = Math.min(w, h) * 0.5;
  const colours = [ink, paper, a, paper, b, paper, d, paper];
  return times(count, (i) =>
    fill(
      colours[i % 8] ?? a,
      poly(
        times(round, (n) =>
          polar(w / 2, h / 2, size * (1 - i / count), (n * TAU) / round + TAU / 8 + i * turn),
        ),
      ),
    ),
  );
};

/** Stairs to a door, or from it. */
export const stairs: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const count = whole(r, 5, 8);
  const sx = (w * 0.66) / count;
  const sy = (h * 0.62) / count;
  const flip = r(0, 1) < 0.5;
  const x = (value: number) => (flip ? w - value : value);
  const steps =
    at('M', x(0), h) +
    join(
      count,
      (i) => at('L', x(i * sx), h - i * sy - sy) + at('L', x((i + 1) * sx), h - i * sy - sy),
    ) +
    at('L', x(w), h - count * sy) +
    at('L', x(w), h) +
    'z';
  const doorX = x(count * sx + (w - count * sx) / 2);
  const top = h - count * sy;
  const wide = w * 0.075;
  return [
    fill(b, circle(x(w * 0.3), h * 0.3, Math.min(w, h) * r(0.14, 0.22))),
    fill(a, rect(flip ? 0 : count * sx, top - h * 0.36, w - count * sx, h)),
    fill(ink, steps),
    fill(
      d,
      join(count, (i) =>
        poly([
          [x(i * sx), h - i * sy],
          [x(i * sx), h - i * sy - sy],
          [x((i + 1) * sx), h - i * sy - sy],
        ]),
      ),
    ),
    fill(
      paper,
      rect(doorX - wide, top - h * 0.17, 2 * wide, h * 0.17) + circle(doorX, top - h * 0.17, wide),
    ),
  ];
};
