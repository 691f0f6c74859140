import { whole } from '../random';
import {
  arc,
  at,
  fill,
  join,
  line,
  oval,
  polar,
  poly,
  rect,
  smooth,
  times,
  type Point,
} from '../shapes';
import { TAU, type Motif } from './scene';

const ring = (
  w: number,
  h: number,
  x: number,
  y: number,
  size: number,
  wobble: number,
  turn: number,
) =>
  smooth(
    times(26, (i): Point => {
      const angle = (i * TAU) / 24 + turn;
      const bulge =
        size * (1 + wobble * Math.sin(2 * angle + turn) + wobble * 0.5 * Math.sin(5 * angle));
      return polar(x, y, bulge, angle);
    }).map(([px, py]): Point => [px, y + ((py - y) * Math.min(h / w, 1.25)) ** 1]),
  );

/** The rings of a tree. */
export const rings: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const x = w * r(0.3, 0.7);
  const y = h * r(0.35, 0.65);
  const wobble = r(0.02, 0.05);
  const turn = r(0, TAU);
  const reach = Math.hypot(w, h) * r(0.42, 0.75);
  const count = whole(r, 13, 18);
  const sizes = times(count, (i) => reach * ((i + 1) / count) ** 0.9 + r(-3, 3));
  const loops = (part: number) =>
    sizes.map((size, i) => (i % 3 === part ? ring(w, w, x, y, size, wobble, turn) : '')).join('');
  const crack = poly([
    [x, y],
    polar(x, y, reach * 1.02, turn),
    polar(x, y, reach * 1.02, turn + 0.05),
  ]);
  return [
    fill(d, ring(w, w, x, y, reach, wobble, turn)),
    line(a, 5, loops(0)),
    line(b, 2, loops(1)),
    line(a, 2.5, loops(2)),
    line(b, 9, ring(w, w, x, y, reach, wobble, turn)),
    fill(b, ring(w, w, x, y, reach * 0.05, wobble, turn)),
    fill(ink, crack),
  ];
};

/** A board's grain, which flows around its knots. */
export const grain: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const knots = times(
    whole(r, 1, 2),
    (i) => [w * r(0.2, 0.8), h * (i ? r(0.65, 0.85) : r(0.2, 0.5)), r(20, 32)] as const,
  );
  const gap = r(9, 12);
  const push = (x: number, y: number) =>
    knots.reduce((sum, [kx, ky, size]) => {
      const off = x - kx || 1;
      return (
        sum +
        Math.sign(off) *
          size *
          1.5 *
          Math.exp(-((off / (size * 2.2)) ** 2) - ((y - ky) / (size * 2.4)) ** 2)
      );
    }, x);
  const veins = (part: number) =>
    join(w / gap + 2, (i) =>
      i % 3 === part
        ? smooth(
            times(13, (n): Point => [
              push(i * gap - gap / 2 + 4 * Math.sin(i / 3 + n / 3), (n * h) / 12),
              (n * h) / 12,
            ]),
          )
        : '',
    );
  return [
    fill(d, rect(0, 0, w, h)),
    line(a, 4, veins(0)),
    line(b, 1.8, veins(1)),
    line(a, 2, veins(2)),
    fill(b, knots.map(([x, y, size]) => oval(x, y, size * 0.75, size)).join('')),
    line(
      a,
      2.5,
      knots
        .map(
          ([x, y, size]) =>
            oval(x, y, size * 0.5, size * 0.72) + oval(x, y, size * 0.24, size * 0.4),
        )
        .join(''),
    ),
    fill(ink, knots.map(([x, y, size]) => oval(x, y, size * 0.1, size * 0.2)).join('')),
  ];
};

/** A corner of dovetails: tails of one board in the pins of the other. */
export const dovetails: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const count = whole(r, 3, 5);
  const step = h / count;
  const seam = w * r(0.4, 0.55);
  const deep = w * 0.24;
  const slope = step * 0.13;
  const tails = join(count, (i) =>
    poly([
      [seam - 1, (i + 0.27) * step],
      [seam + deep, (i + 0.27) * step - slope],
      [seam + deep, (i + 0.73) * step + slope],
      [seam - 1, (i + 0.73) * step],
    ]),
  );
  const lines = join(h / 14, (i) =>
    smooth(times(5, (n): Point => [(n * seam) / 4, i * 14 + 6 * Math.sin(n + i / 2)])),
  );
  const ends = join(5, (i) => arc(w * 1.1, h / 2, w * 0.22 + i * 22, 1.6, 4.7));
  return [
    fill(d, rect(0, 0, seam, h)),
    fill(b, rect(seam, 0, w, h)),
    line(a, 2, ends),
    line(a, 1.8, lines),
    fill(d, tails),
    line(ink, 2.5, tails.replaceAll('z', '')),
    line(ink, 1.5, at('M', seam + deep, 0) + at('V', h), '2 6'),
  ];
};

/** Parquet in herringbone. */
export const parquet: Motif = ({ w, h, r, c: [, , a, b, d] }) => {
  const size = w / whole(r, 4, 6);
  const tilt = size * 0.6;
  const layers = ['', '', ''];
  for (let i = 0; i * size < w; i++)
    for (let n = -3; n * tilt < h; n++) {
      const up = i % 2 ? tilt : 0;
      const [x, y] = [i * size, n * tilt + up];
      layers[whole(r, 0, 2)] += poly([
        [x + 1, y + 1],
        [x + size - 1, y + (i % 2 ? -tilt : tilt) + 1],
        [x + size - 1, y + (i % 2 ? 0 : 2 * tilt) - 1],
        [x + 1, y + tilt - 1],
      ]);
    }
  return [a, b, d].map((colour, i) => fill(colour, layers[i] ?? ''));
};
