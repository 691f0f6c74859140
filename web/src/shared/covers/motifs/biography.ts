import { whole } from '../random';
import {
  at,
  circle,
  fill,
  join,
  oval,
  polar,
  poly,
  rect,
  smooth,
  times,
  type Point,
  type Shape,
} from '../shapes';
import { TAU, type Motif } from './scene';

const head = (x: number, y: number, s: number, side: number, nose: number) => {
  const p = (dx: number, dy: number): Point => [x + side * dx * s, y + dy * s];
  return (
    smooth([
      p(30, -92),
      p(48, -58),
      p(50, -42),
      p(66 + nose, -14),
      p(54, -6),
      p(60, 8),
      p(54, 16),
      p(58, 24),
      p(48, 44),
      p(22, 46),
      p(18, 74),
      p(40, 104),
      p(62, 118),
    ]) +
    at('L', ...p(-92, 118)) +
    at('Q', ...p(-80, 84), ...p(-46, 70)) +
    at('Q', ...p(-34, 50), ...p(-46, 24)) +
    at('C', ...p(-84, -40), ...p(-40, -118), ...p(30, -92)) +
    'z'
  );
};

/** A silhouette in an oval. */
export const cameo: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const [x, y] = [w / 2, h / 2];
  const size = Math.min(w * 0.36, h * 0.34);
  const side = r(0, 1) < 0.5 ? -1 : 1;
  const bun = whole(r, 0, 2);
  const s = size / 135;
  const beads = join(40, (i) => {
    const [px, py] = polar(x, y, 1, (i * TAU) / 40);
    return circle(x + (px - x) * size * 1.09, y + (py - y) * size * 1.3, 3);
  });
  return [
    fill(d, oval(x, y, size * 1.2, size * 1.42)),
    fill(b, beads),
    fill(paper, oval(x, y, size * 1.0, size * 1.2)),
    fill(a, oval(x, y, size * 0.94, size * 1.14)),
    fill(ink, head(x, y - 4 * s, s * 0.92, side, r(-6, 8))),
    fill(ink, bun ? circle(x - side * 58 * s, y - (bun === 1 ? 78 : 30) * s, 28 * s) : ''),
    fill(
      b,
      poly([
        [x + side * 50 * s, y + 103 * s],
        [x - side * 74 * s, y + 103 * s],
        [x - side * 40 * s, y + 76 * s],
        [x + side * 14 * s, y + 84 * s],
      ]),
    ),
  ];
};

/** A face of few planes, half in the light. */
export const portrait: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const x = w * r(0.44, 0.56);
  const s = Math.min(w / 300, h / 270);
  const y = h - 270 * s;
  const side = r(0, 1) < 0.5 ? -1 : 1;
  const hair = whole(r, 0, 2);
  const p = (dx: number, dy: number): [number, number] => [x + side * dx * s, y + dy * s];
  const sweep = side > 0 ? 1 : 0;
  return [
    fill(d, circle(x, y + 120 * s, r(118, 138) * s)),
    fill(
      ink,
      hair === 0
        ? ''
        : at('M', ...p(-74, hair === 1 ? 160 : 220)) +
            at('L', ...p(-74, 110)) +
            at('A', 74 * s, 78 * s, 0, 0, sweep, ...p(74, 110)) +
            at('L', ...p(74, hair === 1 ? 160 : 220)) +
            'z',
    ),
    fill(b, rect(x - 24 * s, y + 150 * s, 48 * s, 70 * s)),
    fill(
      ink,
      at('M', ...p(-130, 275)) +
        at('Q', ...p(-120, 208), ...p(0, 200)) +
        at('Q', ...p(120, 208), ...p(130, 275)) +
        'z',
    ),
    fill(b, oval(x, y + 122 * s, 57 * s, 70 * s)),
    fill(
      a,
      at('M', ...p(0, 52)) +
        at('A', 57 * s, 70 * s, 0, 0, sweep, ...p(0, 192)) +
        at('L', ...p(-4, 150)) +
        at('L', ...p(-15, 146)) +
        at('L', ...p(0, 104)) +
        'z',
    ),
    fill(
      ink,
      at('M', ...p(-60, 116)) +
        at('A', 60 * s, 72 * s, 0, 0, sweep, ...p(60, 116)) +
        at('Q', ...p(r(20, 60), 66), ...p(-16, 78)) +
        at('Q', ...p(-52, 84), ...p(-60, 116)) +
        'z',
    ),
    fill(paper, poly([p(-22, 203), p(22, 203), p(0, 244)])),
  ];
};

/** Four prints of one head. */
export const prints: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const columns = w > h ? 3 : 2;
  const rows = 2;
  const [cw, ch] = [w / columns, h / rows];
  const colours = [a, d, b, paper];
  const shift = whole(r, 0, 3);
  const side = r(0, 1) < 0.5 ? -1 : 1;
  const nose = r(-6, 8);
  return times(columns * rows, (i) => i).flatMap((i): Shape[] => {
    const [x, y] = [(i % columns) * cw, Math.floor(i / columns) * ch];
    const s = Math.min(cw / 200, ch / 236);
    return [
      fill(colours[(i + shift) % 4] ?? a, rect(x, y, cw + 1, ch + 1)),
      fill(colours[(i + shift + 2) % 4] ?? b, circle(x + cw / 2, y + ch / 2, 84 * s)),
      fill(ink, head(x + cw / 2 + 6 * s * side, y + ch - 118 * s, s, side, nose)),
    ];
  });
};
