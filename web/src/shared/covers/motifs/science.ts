import { whole } from '../random';
import {
  at,
  circle,
  fill,
  join,
  line,
  polar,
  poly,
  rect,
  smooth,
  times,
  type Point,
} from '../shapes';
import { TAU, type Motif } from './scene';

/** An atom: a nucleus and the paths around it. */
export const atom: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const [x, y] = [w / 2, h / 2];
  const size = Math.min(w, h) * 0.43;
  const count = whole(r, 3, 5);
  const thin = r(0.3, 0.42);
  const turn = r(0, 1);
  const path = (i: number) => {
    const angle = turn + (i * Math.PI) / count;
    const degrees = (angle * 360) / TAU;
    const [x1, y1] = polar(x, y, size, angle);
    const [x2, y2] = polar(x, y, -size, angle);
    const half = (px: number, py: number) => at('A', size, size * thin, degrees, 0, 1, px, py);
    return at('M', x1, y1) + half(x2, y2) + half(x1, y1);
  };
  const electrons = join(count, (i) =>
    circle(...polar(x, y, size * (i % 2 ? 1 : -1), turn + (i * Math.PI) / count), 9),
  );
  return [
    fill(d, circle(x, y, size * 1.02), 0.4),
    ...times(count, (i) => line(i % 2 ? a : ink, 3.5, path(i))),
    fill(a, circle(x, y, size * 0.17)),
    fill(
      b,
      circle(x - size * 0.1, y + size * 0.08, size * 0.11) +
        circle(x + size * 0.1, y - size * 0.05, size * 0.09),
    ),
    fill(b, electrons),
  ];
};

/** The double helix. */
export const helix: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const across = w > h;
  const long = Math.max(w, h) + 40;
  const wide = Math.min(w * 0.3, 70, h * 0.34);
  const waves = r(1.5, 2.3);
  const start = r(0, TAU);
  const point = (t: number, side: number): Point => {
    const off = side * wide * Math.sin(start + t * waves * TAU);
    return across ? [t * long - 20, h / 2 + off] : [w / 2 + off, t * long - 20];
  };
  const strand = (side: number) => smooth(times(37, (i) => point(i / 36, side)));
  const rungs = (part: number) =>
    join(40, (i) => (i % 4 === part ? poly([point(i / 40, 1), point(i / 40, -1)], '') : ''));
  return [
    line(d, 7, rungs(0) + rungs(2)),
    line(b, 7, rungs(1)),
    line(a, 7, rungs(3)),
    line(ink, 9, strand(1)),
    line(a, 9, strand(-1)),
  ];
};

/** Two sources of waves, which meet. */
export const waves: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const gap = r(13, 18);
  const [x1, x2] = [w * r(0.1, 0.3), w * r(0.7, 0.95)];
  const [y1, y2] = [h * r(0.1, 0.9), h * r(0.3, 0.9)];
  const rings = (x: number, y: number) =>
    join(Math.max(w, h) / gap, (i) => circle(x, y, (i + 1) * gap));
  return [
    fill(d, circle(x1, y1, gap * 6), 0.6),
    line(a, 3.5, rings(x1, y1)),
    line(ink, 1.8, rings(x2, y2)),
    fill(b, circle(x1, y1, gap * 0.8) + circle(x2, y2, gap * 0.8)),
  ];
};

/** A spectrum of lines. */
export const spectrum: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const middle = h / 2;
  const step = w / 60;
  const peaks = times(4, () => [r(0.1, 0.9) * w, r(0.25, 0.46) * h, r(14, 34)] as const);
  const height = (x: number) =>
    peaks.reduce(
      (sum, [px, high, wide]) => Math.max(sum, high * Math.exp(-(((x - px) / wide) ** 2))),
      5,
    );
  const bars = (part: number) =>
    join(60, (i) => {
      const x = i * step;
      const high = height(x);
      return i % 4 === part ? rect(x + 1, middle - high, step - 2, 2 * high) : '';
    });
  return [fill(a, bars(0)), fill(ink, bars(1)), fill(b, bars(2)), fill(d, bars(3))];
};
