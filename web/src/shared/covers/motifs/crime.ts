import { whole } from '../random';
import { arc, at, circle, fill, join, line, oval, poly, rect, times } from '../shapes';
import type { Motif } from './scene';

/** A fingerprint: ridges around a whorl, each broken at other places. */
export const fingerprint: Motif = ({ w, h, r, c: [, ink, a] }) => {
  const [x, y] = [w / 2, h / 2];
  const size = Math.min(w * 0.36, h * 0.36);
  const count = whole(r, 9, 12);
  const drift = r(-0.16, 0.16);
  const odd = whole(r, 3, 7);
  return times(count, (i) => {
    const s = (size * (i + 0.7)) / count;
    const gaps = `${(s * r(2, 4)).toFixed()} ${(size / count).toFixed()} ${(s * r(0.7, 2)).toFixed()} ${(size / count).toFixed()}`;
    const ridge = oval(x + (size - s) * drift, y + (size - s) * 0.2, s, s * 1.3);
    return line(i === odd ? ink : a, (size / count) * 0.52, ridge, gaps);
  });
};

/** A blind's light across a figure. */
export const blinds: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const count = whole(r, 9, 13);
  const step = h / count;
  const lean = r(-0.14, 0.14) * w;
  const x = w * r(0.35, 0.65);
  const s = Math.min(w, h) / 260;
  const p = (dx: number, dy: number): [number, number] => [x + dx * s, h + (dy - 260) * s];
  const figure =
    at('M', ...p(-110, 270)) +
    at('Q', ...p(-104, 176), ...p(-36, 160)) +
    at('L', ...p(-36, 130)) +
    at('Q', ...p(-48, 110), ...p(-44, 82)) +
    at('L', ...p(44, 82)) +
    at('Q', ...p(48, 110), ...p(36, 130)) +
    at('L', ...p(36, 160)) +
    at('Q', ...p(104, 176), ...p(110, 270)) +
    'z';
  const hat =
    oval(...p(0, 84), 84 * s, 15 * s) +
    at('M', ...p(-48, 84)) +
    at('Q', ...p(-50, 22), ...p(-14, 26)) +
    at('Q', ...p(0, 34), ...p(14, 26)) +
    at('Q', ...p(50, 22), ...p(48, 84)) +
    'z';
  const slats = join(count, (i) =>
    poly([
      [0, i * step + lean],
      [w, i * step - lean],
      [w, i * step - lean + step * 0.5],
      [0, i * step + lean + step * 0.5],
    ]),
  );
  return [
    fill(d, rect(0, 0, w, h)),
    fill(b, slats),
    fill(ink === d ? paper : d === paper ? ink : paper, figure + hat),
    line(a, 9 * s, at('M', ...p(-48, 74)) + at('Q', ...p(0, 84), ...p(48, 74))),
    fill(a, poly([p(-12, 164), p(12, 164), p(6, 182), p(14, 262), p(-14, 262), p(-6, 182)])),
  ];
};

/** Light through a keyhole. */
export const keyhole: Motif = ({ w, h, r, c: [paper, ink, a, , d] }) => {
  const [x, y] = [w * r(0.4, 0.6), h * 0.36];
  const size = Math.min(w, h) * r(0.15, 0.19);
  const foot = y + size * 3;
  const turn = r(-0.35, 0.35) * w;
  const hole = (s: number) =>
    arc(x, y, size * s, 2.0, 7.42) +
    at('L', x + size * 0.95 * s, foot + (s - 1) * 20) +
    at('H', x - size * 0.95 * s) +
    'z';
  return [
    fill(d, circle(x, y + size, size * 3.2)),
    fill(
      a,
      poly([
        [x - size * 0.95, foot],
        [x + size * 0.95, foot],
        [x + size * 2.6 + turn, h + 9],
        [x - size * 2.6 + turn, h + 9],
      ]),
      0.85,
    ),
    fill(ink, hole(1.28)),
    fill(a, hole(1)),
    fill(
      paper,
      circle(x, y + size * 0.2, size * 0.34) +
        at('M', x - size * 0.55, foot) +
        at('Q', x - size * 0.6, y + size * 0.55, x, y + size * 0.55) +
        at('Q', x + size * 0.6, y + size * 0.55, x + size * 0.55, foot) +
        'z',
    ),
  ];
};

/** A town by night: one window is lit. */
export const windows: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const columns = whole(r, 5, 7);
  const cell = w / columns;
  const blocks = times(columns, (i) => [i * cell, h * r(0.12, 0.5)] as const);
  const lit = whole(r, 0, columns - 1);
  const panes = (of: (column: number, row: number) => boolean) =>
    blocks
      .map(([x, top], i) =>
        join((h - top) / 30 - 0.5, (n) =>
          of(i, n)
            ? rect(x + cell * 0.2, top + 14 + n * 30, cell * 0.22, 15) +
              rect(x + cell * 0.58, top + 14 + n * 30, cell * 0.22, 15)
            : '',
        ),
      )
      .join('');
  return [
    fill(b, circle(w * r(0.2, 0.8), h * 0.2, Math.min(w, h) * 0.13)),
    fill(d, blocks.map(([x, top], i) => (i % 2 ? rect(x - 6, top, cell + 12, h) : '')).join('')),
    fill(ink, blocks.map(([x, top], i) => (i % 2 ? '' : rect(x, top, cell, h))).join('')),
    fill(
      paper,
      panes((i, n) => i !== lit || n !== 2),
      0.55,
    ),
    fill(
      a,
      panes((i, n) => i === lit && n === 2),
    ),
  ];
};
