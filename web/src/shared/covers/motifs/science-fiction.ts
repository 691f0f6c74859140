import { whole } from '../random';
import {
  arc,
  at,
  below,
  circle,
  fill,
  join,
  line,
  polar,
  poly,
  rect,
  times,
  type Point,
} from '../shapes';
import { TAU, type Motif } from './scene';

const stars = (w: number, h: number, r: (from: number, to: number) => number, count: number) =>
  join(count, () => circle(r(0, w), r(0, h), r(0.6, 2)));

/** A great planet, its ring and its moons. */
export const planet: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const [x, y] = [w * r(0.4, 0.62), h * r(0.48, 0.56)];
  const size = Math.min(w, h) * r(0.28, 0.34);
  const tilt = r(-0.45, 0.45);
  const lean = (rx: number, ry: number, front: boolean) => {
    const [x1, y1] = polar(x, y, rx, tilt + Math.PI);
    const [x2, y2] = polar(x, y, rx, tilt);
    return at('M', x1, y1) + at('A', rx, ry, (tilt * 360) / TAU, 0, front ? 0 : 1, x2, y2);
  };
  // A band that touched the rim would fray it.
  const inset = size * 0.92;
  const bands = join(3, (i) => {
    const angle = 0.15 + i * 0.26 + r(-0.06, 0.06);
    const [x1, y1] = polar(x, y, inset, tilt + Math.PI - angle);
    const [x2, y2] = polar(x, y, inset, tilt + angle);
    const half = inset * Math.cos(angle);
    return at('M', x1, y1) + at('A', half, half * 0.2, (tilt * 360) / TAU, 0, 0, x2, y2);
  });
  const night =
    arc(x, y, size, tilt - 0.9, tilt + Math.PI - 0.9) +
    at('A', size * 1.25, size * 1.25, 0, 0, 0, ...polar(x, y, size, tilt - 0.9)) +
    'z';
  return [
    fill(ink, stars(w, h, r, 45)),
    line(d, 1.5, circle(x, y, size * 1.75) + circle(x, y, size * 2.3)),
    line(b, 9, lean(size * 1.6, size * 0.42, false)),
    fill(a, circle(x, y, size)),
    line(d, 4, bands),
    fill(paper, night, 0.25),
    line(b, 9, lean(size * 1.6, size * 0.42, true)),
    fill(ink, circle(...polar(x, y, size * 1.75, r(3.5, 4.5)), size * 0.16)),
    fill(b, circle(...polar(x, y, size * 2.3, r(5, 5.8)), size * 0.1)),
  ];
};

/** Dunes under a striped sun. */
export const horizon: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const size = Math.min(w, h) * r(0.3, 0.38);
  const [x, y] = [w * r(0.3, 0.7), h * 0.5];
  const stripes = join(6, (i) => rect(0, y - size * 0.1 + i * size * 0.19, w, 2 + i * 1.6));
  const dune = (level: number) =>
    below(
      times(6, (i): Point => [(i * w) / 5, h * level + r(-0.07, 0.07) * h]),
      h,
    );
  return [
    fill(ink, stars(w, h * 0.6, r, 40)),
    fill(a, circle(x, y, size)),
    fill(paper, stripes),
    fill(b, circle(w - x + r(-30, 30), h * 0.16, size * 0.18)),
    fill(d, dune(0.7)),
    fill(a, dune(0.8), 0.8),
    fill(ink, dune(0.93)),
  ];
};

/** The orbits around a sun. */
export const orbits: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const [x, y] = [w * r(0.2, 0.8), h * r(0.75, 1)];
  const count = whole(r, 5, 7);
  const reach = Math.hypot(w, h) * 0.85;
  const size = (i: number) => reach * (0.22 + (0.78 * i) / count);
  const worlds = times(count, (i) => [...polar(x, y, size(i), r(-2.4, -0.8)), r(6, 20)] as const);
  const dots = (part: number) =>
    worlds.map(([px, py, s], i) => (i % 3 === part ? circle(px, py, s) : '')).join('');
  return [
    fill(ink, stars(w, h, r, 40)),
    ...times(count, (i) =>
      line(i % 2 ? d : ink, 1.5, circle(x, y, size(i)), i % 3 === 1 ? '2 7' : ''),
    ),
    fill(a, circle(x, y, reach * 0.15)),
    line(b, 5, circle(x, y, reach * 0.17)),
    fill(b, dots(0)),
    fill(a, dots(1)),
    fill(d, dots(2)),
  ];
};

/** A rocket's way up, past a moon. */
export const rocket: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const x = w * r(0.4, 0.6);
  const s = Math.min(w / 300, h / 260) * r(0.9, 1.05);
  const y = h * 0.14;
  const p = (dx: number, dy: number): Point => [x + dx * s, y + dy * s];
  const moon = Math.min(w, h) * r(0.32, 0.4);
  return [
    fill(ink, stars(w, h, r, 45)),
    fill(d, circle(w * (x > w / 2 ? 0.3 : 0.7), h * 0.42, moon)),
    fill(paper, circle(w * 0.34, h * 0.36, 9) + circle(w * 0.62, h * 0.5, 14), 0.35),
    fill(b, poly([p(-14, 128), p(14, 128), p(44, 500), p(-44, 500)])),
    fill(a, poly([p(-8, 128), p(8, 128), p(18, 500), p(-18, 500)])),
    fill(
      a,
      poly([p(-20, 84), p(-44, 140), p(-16, 122)]) + poly([p(20, 84), p(44, 140), p(16, 122)]),
    ),
    fill(
      ink,
      at('M', ...p(0, 0)) +
        at('Q', ...p(42, 50), ...p(16, 128)) +
        at('L', ...p(-16, 128)) +
        at('Q', ...p(-42, 50), ...p(0, 0)) +
        'z',
    ),
    fill(a, circle(...p(0, 56), 9 * s)),
    fill(
      b,
      join(6, (i) => circle(w * (i / 5), h + r(-6, 12), r(0.1, 0.17) * w)),
    ),
  ];
};
