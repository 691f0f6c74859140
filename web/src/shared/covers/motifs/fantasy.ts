import { whole } from '../random';
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

/** A castle high on its crag. */
export const castle: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const count = whole(r, 4, 6);
  const middle = w * r(0.4, 0.6);
  const wide = Math.min(w, h) * 0.105;
  const foot = h * 0.72;
  const towers = times(count, (i) => {
    const x = middle + (i - (count - 1) / 2) * wide * 1.05;
    const far = Math.abs(i - (count - 1) / 2);
    return [x, h * (0.3 + far * 0.07) + r(-0.05, 0.05) * h, wide * r(0.4, 0.55)] as const;
  });
  const size = Math.min(w, h) * r(0.28, 0.36);
  const crag = poly([
    [w * 0.02, h],
    [middle - wide * 3.6, h * 0.84],
    [middle - wide * 2.9, foot],
    [middle + wide * 2.9, foot],
    [middle + wide * 3.4, h * 0.86],
    [w * 0.99, h],
  ]);
  return [
    fill(b, circle(w - middle + r(-30, 30), h * 0.38, size)),
    fill(
      d,
      below(
        times(7, (i): Point => [(i * w) / 6, h * r(0.56, 0.78)]),
        h,
      ),
    ),
    fill(
      ink,
      towers
        .map(
          ([x, top, half]) =>
            rect(x - half, top, 2 * half, h * 0.85 - top) +
            rect(x - half * 1.25, top, 2.5 * half, half * 0.6),
        )
        .join(''),
    ),
    fill(
      a,
      towers
        .map(([x, top, half]) =>
          poly([
            [x - half * 1.35, top],
            [x, top - half * 4],
            [x + half * 1.35, top],
          ]),
        )
        .join(''),
    ),
    fill(
      b,
      towers
        .map(([x, top, half]) => rect(x - half * 0.22, top + half * 1.5, half * 0.44, half * 1.1))
        .join(''),
    ),
    line(
      a,
      2,
      towers
        .map(([x, top, half], i) =>
          i % 2 ? at('M', x, top - half * 4) + at('v', -14) + at('l', 14, 5) + at('l', -14, 5) : '',
        )
        .join(''),
    ),
    fill(ink, crag),
    line(
      paper,
      1.5,
      join(5, (i) =>
        smooth([
          [middle + (i - 2) * wide * 1.2, foot + 14],
          [middle + (i - 2) * wide * 1.5 + r(-8, 8), h * 0.86],
          [middle + (i - 2) * wide * 2.2, h],
        ]),
      ),
    ),
    line(
      ink,
      2.5,
      join(
        4,
        () =>
          at('M', w * r(0.08, 0.9), h * r(0.06, 0.24)) +
          at('q', 6, -7, 11, 0) +
          at('q', 6, -7, 11, 0),
      ),
    ),
  ];
};

/** A dragon's scales, and its eye. */
export const scales: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const size = w / whole(r, 5, 8);
  const rows = Math.ceil(h / (size * 0.5)) + 1;
  const row = (y: number, s: number) =>
    join(w / size + 2, (i) => {
      const x = (i - (y % 2 ? 0.5 : 0)) * size;
      return (
        at('M', x - s, y * size * 0.5 - size * 0.5) +
        at('Q', x - s, y * size * 0.5 + s * 0.4, x, y * size * 0.5 + s * 1.1) +
        at('Q', x + s, y * size * 0.5 + s * 0.4, x + s, y * size * 0.5 - size * 0.5) +
        'z'
      );
    });
  const shift = whole(r, 0, 2);
  const [x, y] = [w * r(0.4, 0.6), h * r(0.4, 0.6)];
  const eye = Math.min(w, h) * 0.24;
  return [
    ...times(rows, (i) => rows - i)
      .flatMap((i) => [
        { ...fill([a, d, a, b][(i + shift) % 4] ?? a, row(i, size / 2)) },
        line(paper, 2, row(i, size / 2)),
      ])
      .slice(0, 60),
    fill(ink, leaf(x - eye * 1.5, y, eye * 3, 0, 0.6)),
    fill(b, leaf(x - eye * 1.3, y, eye * 2.6, 0, 0.5)),
    fill(ink, leaf(x, y - eye * 0.62, eye * 1.24, TAU / 4, 0.3)),
  ];
};

/** A sword amid a ring of runes. */
export const runes: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const [x, y] = [w / 2, h / 2];
  const size = Math.min(w, h) * 0.42;
  const count = whole(r, 12, 18);
  const rune = (i: number) => {
    const angle = (i * TAU) / count;
    const p = (out: number, along: number) => {
      const [px, py] = polar(x, y, size * (0.84 + out), angle);
      return [px - along * size * Math.sin(angle), py + along * size * Math.cos(angle)] as const;
    };
    const branch = () =>
      poly([p(r(-0.08, 0.08), 0), p(r(-0.09, 0.09), r(0, 1) < 0.5 ? 0.07 : -0.07)], '');
    return poly([p(-0.1, 0), p(0.1, 0)], '') + branch() + branch();
  };
  const blade = size * 0.07;
  return [
    fill(d, circle(x, y, size * 1.12)),
    line(a, 3, circle(x, y, size * 1.04) + circle(x, y, size * 0.66)),
    line(ink, 3, join(count, rune)),
    fill(a, star(x, y, size * 0.62, whole(r, 6, 10), r(0.5, 0.7))),
    fill(
      ink,
      poly([
        [x - blade, y - size * 0.55],
        [x + blade, y - size * 0.55],
        [x + blade, y + size * 0.9],
        [x, y + size * 1.12],
        [x - blade, y + size * 0.9],
      ]),
    ),
    line(paper, 1.5, at('M', x, y - size * 0.5) + at('V', y + size)),
    fill(
      b,
      rect(x - size * 0.3, y - size * 0.6, size * 0.6, size * 0.08) +
        rect(x - blade * 0.7, y - size * 0.95, blade * 1.4, size * 0.36) +
        circle(x, y - size, size * 0.09),
    ),
  ];
};
