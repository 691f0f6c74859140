import { whole } from '../random';
import {
  at,
  below,
  circle,
  fill,
  join,
  line,
  polar,
  poly,
  rect,
  smooth,
  star,
  times,
  type Point,
} from '../shapes';
import { TAU, type Motif } from './scene';

/** A temple's columns. */
export const temple: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const count = whole(r, 4, 6);
  const left = w * 0.12;
  const wide = w * 0.76;
  const top = h * r(0.3, 0.38);
  const step = wide / count;
  const column = step * 0.56;
  const x = (i: number) => left + (i + 0.5) * step;
  const rays = whole(r, 9, 14);
  return [
    fill(
      d,
      join(rays, (i) =>
        poly([
          [w / 2, h * 0.7],
          polar(w / 2, h * 0.7, w + h, Math.PI + (i * Math.PI) / rays),
          polar(w / 2, h * 0.7, w + h, Math.PI + ((i + 0.5) * Math.PI) / rays),
        ]),
      ),
      0.5,
    ),
    fill(b, rect(left + 8, top + h * 0.08, wide - 16, h * 0.5)),
    fill(
      a,
      poly([
        [left - 14, top],
        [w / 2, top - h * 0.22],
        [left + wide + 14, top],
      ]) + rect(left - 6, top + 4, wide + 12, h * 0.055),
    ),
    fill(
      paper,
      poly([
        [left + 26, top - 6],
        [w / 2, top - h * 0.18],
        [left + wide - 26, top - 6],
      ]),
    ),
    fill(a, circle(w / 2, top - h * 0.065, h * 0.03)),
    fill(
      ink,
      join(
        count,
        (i) =>
          rect(x(i) - column / 2, top + h * 0.1, column, h * 0.46) +
          rect(x(i) - column * 0.68, top + h * 0.07, column * 1.36, h * 0.035),
      ),
    ),
    line(
      paper,
      1.5,
      join(
        count * 3,
        (i) =>
          at('M', x(Math.floor(i / 3)) + ((i % 3) - 1) * column * 0.26, top + h * 0.12) +
          at('v', h * 0.42),
      ),
    ),
    fill(
      a,
      join(3, (i) =>
        rect(left - 8 - i * 12, top + h * (0.56 + i * 0.035), wide + 16 + i * 24, h * 0.028),
      ),
    ),
    fill(ink, rect(0, top + h * 0.665, w, h)),
  ];
};

/** An old map: heights, a coast, a rose of the winds. */
export const map: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const [x, y] = [w * r(0.25, 0.45), h * r(0.5, 0.75)];
  const turn = r(0, TAU);
  const land = (size: number) =>
    smooth(
      times(22, (i) =>
        polar(
          x,
          y,
          size *
            (1 +
              0.16 * Math.sin(3 * ((i * TAU) / 21) + turn) +
              0.09 * Math.sin(5 * ((i * TAU) / 21) - turn)),
          (i * TAU) / 21,
        ),
      ),
      'z',
    );
  const size = Math.min(w, h) * 0.5;
  const [rx, ry] = [w * 0.78, h * 0.24];
  const rose = Math.min(w, h) * 0.16;
  return [
    line(
      d,
      1,
      join(16, (i) => poly([[rx, ry], polar(rx, ry, w + h, (i * TAU) / 16)], '')),
    ),
    line(b, 1.5, land(size * 1.16) + land(size * 1.1) + land(size * 1.05)),
    fill(d, land(size)),
    line(ink, 2.5, land(size)),
    line(b, 2, land(size * 0.76) + land(size * 0.56) + land(size * 0.36), '5 4'),
    fill(
      ink,
      join(7, () => {
        const px = x + r(-0.6, 0.6) * size;
        const py = y + r(-0.5, 0.5) * size;
        return poly([
          [px - 12, py],
          [px, py - 18],
          [px + 12, py],
        ]);
      }),
    ),
    line(
      a,
      3,
      smooth(
        times(5, (i): Point => [
          x + (i * (rx - x)) / 4,
          y + (i * (ry - y)) / 4 + (i % 4 ? r(-26, 26) : 0),
        ]),
      ),
      '8 6',
    ),
    fill(paper, circle(rx, ry, rose * 1.2)),
    line(ink, 1.5, circle(rx, ry, rose * 1.15) + circle(rx, ry, rose * 0.6)),
    fill(ink, star(rx, ry, rose, 8, 0.3)),
    fill(a, star(rx, ry, rose * 1.5, 4, 0.16)),
  ];
};

/** A sun engraved by lines, that swell into light and shade. */
export const engraving: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const [x, y] = [w * r(0.35, 0.65), h * r(0.36, 0.5)];
  const size = Math.min(w, h) * r(0.22, 0.3);
  const gap = 8;
  const hills = times(4, (n) => ({ level: h * (0.62 + n * 0.1), turn: r(0, TAU), high: h * 0.07 }));
  const hill = (n: number, off: number): Point[] =>
    times(9, (i) => {
      const { level, turn, high } = hills[n] ?? { level: h, turn: 0, high: 0 };
      return [(i * w) / 8, level + off + high * Math.sin(turn + i * 0.7)];
    });
  return [
    line(
      d,
      2,
      join(h / gap, (i) => at('M', 0, i * gap) + at('H', w)),
    ),
    fill(
      b,
      join(24, (i) => {
        const out = i % 2 ? 1.5 : 1.85;
        return poly([
          polar(x, y, size * 1.12, (i * TAU) / 24 - 0.07),
          polar(x, y, size * out, (i * TAU) / 24),
          polar(x, y, size * 1.12, (i * TAU) / 24 + 0.07),
        ]);
      }),
    ),
    fill(a, circle(x, y, size)),
    ...times(4, (n) => n).flatMap((n) => [
      fill([d, b, a, ink][n] ?? ink, below(hill(n, 0), h)),
      line(
        n === 3 ? a : ink,
        1.2,
        join(7, (i) => smooth(hill(n, 4 + i * i * 1.3))),
      ),
    ]),
  ];
};
