import { whole, type Random } from '../random';
import {
  at,
  below,
  circle,
  fill,
  join,
  leaf,
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

const twinkles = (w: number, h: number, r: Random, count: number) =>
  join(count, () => star(r(0, w), r(0, h), r(2, 6), 4, 0.3));

const firs = (w: number, base: number, r: Random, count: number, high: number) =>
  join(count, (i) => {
    const x = ((i + r(0.2, 0.8)) * w) / count;
    const tall = high * r(0.65, 1);
    const wide = tall * 0.24;
    return (
      join(3, (n) =>
        poly([
          [x, base - tall + n * tall * 0.2],
          [x + wide * (0.5 + n * 0.25), base - tall * (0.55 - n * 0.24)],
          [x - wide * (0.5 + n * 0.25), base - tall * (0.55 - n * 0.24)],
        ]),
      ) + rect(x - 2, base - tall * 0.1, 4, tall * 0.3)
    );
  });

/** A forest by night, and a window with light. */
export const forest: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const moon = Math.min(w, h) * r(0.15, 0.24);
  const [x, y] = [w * r(0.25, 0.75), h * 0.28];
  const hut = w * r(0.3, 0.7);
  const base = h * 0.86;
  const s = Math.min(w, h) * 0.08;
  return [
    fill(a, twinkles(w, h * 0.6, r, 16)),
    fill(a, circle(x, y, moon)),
    r(0, 1) < 0.5
      ? fill(paper, circle(x + moon * 0.42, y - moon * 0.18, moon * 0.84))
      : line(a, 1.5, circle(x, y, moon * 1.3), '1 7'),
    fill(d, firs(w, h * 0.82, r, 9, h * 0.46)),
    fill(
      b,
      below(
        times(5, (i): Point => [(i * w) / 4, h * r(0.74, 0.86)]),
        h,
      ),
    ),
    fill(
      ink,
      poly([
        [hut - s * 1.4, base - s],
        [hut, base - 2.5 * s],
        [hut + s * 1.4, base - s],
      ]) + rect(hut + s * 0.5, base - 2.4 * s, s * 0.35, s),
    ),
    fill(ink, rect(hut - s, base - s, 2 * s, s * 1.6)),
    fill(a, rect(hut - s * 0.35, base - s * 0.6, s * 0.7, s * 0.8)),
    fill(
      d,
      firs(w * 0.26, h * 1.02, r, 2, h * 0.5) +
        below(
          times(5, (i): Point => [(i * w) / 4, h * r(0.92, 0.97)]),
          h,
        ),
    ),
  ];
};

/** Tulips, hearts and birds of a painted chest, the same on the left and on the right. */
export const folk: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const x = w / 2;
  const s = Math.min(w / 300, h / 280);
  const base = h * 0.94;
  const levels = whole(r, 2, 3);
  const petals = whole(r, 6, 9);
  const both = (part: (side: number) => string) => part(1) + part(-1);
  const y = (i: number) => base - 40 * s - (i * (base - 110 * s)) / levels;
  const reach = (i: number) => (112 - i * 18) * s;
  const stems = join(levels, (i) =>
    both(
      (side) =>
        at('M', x, y(i) + 30 * s) +
        at('Q', x + side * reach(i), y(i) + 34 * s, x + side * reach(i), y(i) - 18 * s),
    ),
  );
  const tulips = (size: number, breadth: number) =>
    join(levels, (i) =>
      both((side) =>
        join(3, (n) =>
          leaf(x + side * reach(i), y(i) - 12 * s, size * s, -TAU / 4 + (n - 1) * 0.55, breadth),
        ),
      ),
    );
  const leaves = join(levels, (i) =>
    both(
      (side) =>
        leaf(x + side * 12 * s, y(i) + 30 * s, 62 * s, -TAU / 4 + side * 0.75, 0.4) +
        leaf(x + side * reach(i) * 0.6, y(i) + 30 * s, 40 * s, side > 0 ? 0.5 : Math.PI - 0.5, 0.5),
    ),
  );
  const top = 64 * s;
  return [
    line(d, 5 * s, at('M', x, base) + at('V', top) + stems),
    fill(d, leaves),
    fill(a, tulips(52, 0.4)),
    fill(b, tulips(30, 0.4)),
    fill(
      b,
      join(petals, (i) => leaf(x, top, 54 * s, (i * TAU) / petals - TAU / 4, 0.42)),
    ),
    fill(
      a,
      join(petals, (i) => leaf(x, top, 34 * s, (i * TAU) / petals - TAU / 4, 0.4)),
    ),
    fill(
      ink,
      circle(x, top, 9 * s) +
        join(levels, (i) =>
          both((side) => circle(x + side * (reach(i) - 40 * s), y(i) - 4 * s, 5 * s)),
        ),
    ),
    fill(
      a,
      poly([
        [x - 46 * s, base],
        [x + 46 * s, base],
        [x + 32 * s, h],
        [x - 32 * s, h],
      ]),
    ),
  ];
};

/** Thorny tendrils, in bloom, up and up. */
export const thorns: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const count = Math.max(3, Math.round(w / 80));
  const vines = times(count, (i) => ({
    x: ((i + 0.5) * w) / count,
    turn: r(0, TAU),
    swing: r(16, 26),
  }));
  const point = ({ x, turn, swing }: (typeof vines)[number], t: number): Point => [
    x + swing * Math.sin(turn + (t * h) / 46),
    h * (1 - t),
  ];
  const along = (n: number, part: (point: Point, side: number, i: number) => string) =>
    vines
      .map((vine, v) =>
        join(n, (i) => part(point(vine, (i + 0.5) / n), (i + v) % 2 ? 1 : -1, i + v)),
      )
      .join('');
  const n = Math.round(h / 26);
  return [
    line(d, 5, vines.map((vine) => smooth(times(26, (i) => point(vine, i / 25)))).join('')),
    fill(
      d,
      along(n * 2, ([x, y], side) =>
        poly([
          [x, y - 5],
          [x + side * 11, y - 9],
          [x, y + 4],
        ]),
      ),
    ),
    fill(
      b,
      along(n, ([x, y], side, i) =>
        i % 4 ? leaf(x, y, 32, side > 0 ? -0.6 : Math.PI + 0.6, 0.55) : '',
      ),
    ),
    fill(
      a,
      along(n, ([x, y], side, i) =>
        i % 4 ? '' : join(5, (k) => circle(...polar(x + side * 8, y, 9, (k * TAU) / 5), 9)),
      ),
    ),
    fill(
      ink,
      along(n, ([x, y], side, i) => (i % 4 ? '' : circle(x + side * 8, y, 5))),
    ),
  ];
};
