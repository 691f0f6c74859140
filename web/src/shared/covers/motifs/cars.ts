import { whole } from '../random';
import { arc, at, circle, fill, join, line, polar, poly, rect } from '../shapes';
import { TAU, type Motif } from './scene';

/** A road that swings away to the sun. */
export const road: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const far = h * r(0.32, 0.4);
  const side = r(0, 1) < 0.5 ? -1 : 1;
  const end = w * (0.5 + side * r(0.12, 0.25));
  const swing = w * (0.5 - side * r(0.5, 0.8));
  const edge = (from: number, thin: number) =>
    at('M', from, h) +
    at('C', from, h * 0.75, swing + (from - w / 2) * 0.2, h * 0.55, end + thin, far);
  const road =
    edge(w * 0.1, -1) +
    at('L', end + 1, far) +
    at('C', swing + w * 0.16, h * 0.55, w * 0.95, h * 0.75, w * 0.95, h) +
    'z';
  const rays = join(12, (i) =>
    poly([
      [end, far],
      polar(end, far, w * 2, -Math.PI + (i * Math.PI) / 12),
      polar(end, far, w * 2, -Math.PI + ((i + 0.5) * Math.PI) / 12),
    ]),
  );
  return [
    fill(d, rays),
    fill(b, circle(end, far, Math.min(w, h) * 0.19)),
    fill(a, rect(0, far, w, h)),
    fill(
      d,
      join(5, (i) => rect(0, far + (h - far) * (i / 5) ** 1.6, w, 1 + i * 2)),
      0.6,
    ),
    fill(ink, road),
    line(paper, 5, edge(w * 0.5, 0), '22 16'),
  ];
};

/** A wheel and the lines of its speed. */
export const wheel: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const [x, y] = [w * r(0.52, 0.66), h * 0.5];
  const size = Math.min(w, h) * 0.42;
  const spokes = whole(r, 5, 9);
  const lines = join(9, (i) =>
    rect(-5, y - size + (i * size) / 4.5 + 5, x - r(0, 40), 3 + (i % 3) * 4),
  );
  return [
    fill(d, lines),
    fill(a, rect(-5, y - size * 0.55, x, 12) + rect(-5, y + size * 0.4, x, 7)),
    fill(d === paper ? a : d, circle(x, y, size)),
    fill(ink, circle(x, y, size * 0.96)),
    line(paper, 2.5, circle(x, y, size * 0.84), '14 8'),
    fill(paper, circle(x, y, size * 0.64)),
    fill(
      a,
      join(spokes, (i) =>
        arc(x, y, size * 0.58, ((i + 0.12) * TAU) / spokes, ((i + 0.88) * TAU) / spokes, true),
      ),
    ),
    fill(paper, circle(x, y, size * 0.25)),
    fill(b, circle(x, y, size * 0.17)),
    fill(
      ink,
      join(5, (i) => circle(...polar(x, y, size * 0.1, (i * TAU) / 5), size * 0.022)),
    ),
  ];
};

/** A car in profile, at speed. */
export const profile: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const s = w / 320;
  const base = h * 0.74;
  const hood = r(0, 26);
  const roof = r(62, 86);
  const p = (x: number, y: number): [number, number] => [(x + 10) * s, base - y * s];
  const body =
    at('M', ...p(8, 16)) +
    at('Q', ...p(6, 44), ...p(46, 48)) +
    at('Q', ...p(84, roof), ...p(128, roof)) +
    at('Q', ...p(170, roof), ...p(204, 50)) +
    at('Q', ...p(270 - hood, 48), ...p(290, 28)) +
    at('Q', ...p(296, 20), ...p(292, 14)) +
    'z';
  const glass =
    at('M', ...p(70, 50)) +
    at('Q', ...p(94, roof - 9), ...p(122, roof - 9)) +
    at('L', ...p(122, 50)) +
    'z' +
    at('M', ...p(130, 50)) +
    at('L', ...p(130, roof - 9)) +
    at('Q', ...p(160, roof - 10), ...p(184, 50)) +
    'z';
  const wheels = (size: number) => circle(...p(72, 14), size * s) + circle(...p(232, 14), size * s);
  return [
    fill(d, circle(w * r(0.3, 0.7), base - h * 0.26, Math.min(w, h) * 0.34)),
    fill(
      b,
      join(5, (i) =>
        rect(i % 2 ? w * 0.3 : -5, base - h * 0.62 + i * h * 0.07, w * r(0.3, 0.8), 4),
      ),
    ),
    fill(a === paper ? b : a, body),
    fill(paper, glass),
    fill(b, rect(...p(20, 34), 240 * s, 4 * s)),
    fill(ink, wheels(29)),
    fill(paper, wheels(16)),
    fill(ink, wheels(6)),
    fill(ink, rect(0, base + 14 * s, w, 3)),
    fill(
      d,
      join(6, (i) => rect(i * w * 0.2 - r(0, 30), base + 24 * s + (i % 2) * 14, w * 0.13, 4)),
    ),
  ];
};

/** The stripes and the roundel of a racing car's bonnet. */
export const stripes: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const x = w * r(0.38, 0.62);
  const wide = w * r(0.09, 0.13);
  const lean = r(-0.5, 0.5) * h;
  const band = (from: number, to: number) =>
    poly([
      [x + from - lean, -2],
      [x + to - lean, -2],
      [x + to + lean, h + 2],
      [x + from + lean, h + 2],
    ]);
  const size = Math.min(w, h) * 0.3;
  const number = whole(r, 0, 3);
  return [
    fill(d, band(-wide * 3.2, wide * 3.2)),
    fill(a, band(-wide * 2.2, -wide * 0.3) + band(wide * 0.3, wide * 2.2)),
    fill(b, band(-wide * 2.7, -wide * 2.4) + band(wide * 2.4, wide * 2.7)),
    fill(ink, circle(x, h / 2, size * 1.08)),
    fill(paper, circle(x, h / 2, size)),
    fill(
      ink,
      join(number + 1, (i) =>
        rect(x - (number + 1) * 13 + i * 26 + 5, h / 2 - size * 0.5, 16, size),
      ),
    ),
  ];
};
