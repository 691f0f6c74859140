import { whole } from '../random';
import { arc, at, circle, fill, join, line, oval, polar, rect, times } from '../shapes';
import { TAU, type Motif } from './scene';

/** A balanced tree of pages. */
export const tree: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const fan = whole(r, 2, 3);
  const levels = fan === 2 ? 4 : 3;
  const slots = whole(r, 3, 4);
  const row = (level: number) => h * (0.13 + (0.74 * level) / (levels - 1));
  const column = (level: number, i: number) => (w * (i + 0.5)) / fan ** level;
  const wide = (level: number) => Math.min((w * 0.82) / fan ** level, 92);
  const boxes = (level: number) =>
    join(fan ** level, (i) =>
      rect(column(level, i) - wide(level) / 2, row(level) - 13, wide(level), 26),
    );
  const edges = join(levels - 1, (level) =>
    join(
      fan ** (level + 1),
      (i) =>
        at('M', column(level, Math.floor(i / fan)), row(level) + 13) +
        at(
          'C',
          column(level, Math.floor(i / fan)),
          row(level) + 40,
          column(level + 1, i),
          row(level + 1) - 46,
          column(level + 1, i),
          row(level + 1) - 13,
        ),
    ),
  );
  const cells = join(levels - 1, (level) =>
    join(fan ** level * (slots - 1), (i) => {
      const node = Math.floor(i / (slots - 1));
      const x = column(level, node) + wide(level) * (((i % (slots - 1)) + 1) / slots - 0.5);
      return at('M', x, row(level) - 13) + at('v', 26);
    }),
  );
  const leaf = levels - 1;
  const found = whole(r, 0, fan ** leaf - 1);
  return [
    line(d, 2.5, edges),
    ...times(levels, (level) => fill(level === leaf ? d : level % 2 ? a : ink, boxes(level))),
    line(paper, 2, cells),
    fill(b, rect(column(leaf, found) - wide(leaf) / 2, row(leaf) - 13, wide(leaf), 26)),
    line(ink, 1.5, at('M', w * 0.05, row(leaf) + 24) + at('H', w * 0.95), '2 5'),
  ];
};

/** Keys around a ring, each with its replicas. */
export const hashRing: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const [x, y] = [w / 2, h / 2];
  const size = Math.min(w, h) * 0.38;
  const count = whole(r, 7, 11);
  const turn = r(0, TAU);
  const node = (i: number) => polar(x, y, size, turn + (i * TAU) / count);
  const hop = whole(r, 2, 3);
  const chords = join(count, (i) => {
    const [x1, y1] = node(i);
    const [x2, y2] = node(i + hop);
    return at('M', x1, y1) + at('Q', x, y, x2, y2);
  });
  const dots = (radius: number, every: number) =>
    join(count, (i) => (i % every ? '' : circle(...node(i), radius)));
  return [
    fill(d, circle(x, y, size * 1.28), 0.35),
    line(a, 2.5, chords),
    line(ink, 3, circle(x, y, size)),
    line(
      d,
      9,
      join(count, (i) =>
        arc(
          x,
          y,
          size * 1.16,
          turn + (i * TAU) / count + 0.1,
          turn + ((i + r(0.5, 0.8)) * TAU) / count,
        ),
      ),
    ),
    fill(ink, dots(17, 1)),
    fill(a, dots(11, 1)),
    fill(b, dots(11, 3)),
    fill(paper, dots(4, 1)),
  ];
};

/** Drums of disks, stacked. */
export const drums: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const count = whole(r, 3, 5);
  const wide = w * r(0.27, 0.34);
  const deep = wide * 0.3;
  const gap = (h - 2 * deep - 30) / count;
  const colours = [a, d, ink, b];
  const first = whole(r, 0, 3);
  return times(count, (i) => count - 1 - i).flatMap((i) => {
    const top = deep + 15 + i * gap;
    const colour = colours[(i + first) % 4] ?? a;
    const body =
      at('M', w / 2 - wide, top) +
      at('v', gap * 0.74) +
      at('a', wide, deep, 0, 0, 0, 2 * wide, 0) +
      at('v', -gap * 0.74) +
      'z';
    return [
      fill(colour, body + oval(w / 2, top, wide, deep)),
      line(paper, 3, oval(w / 2, top, wide, deep)),
      line(
        paper,
        3,
        at('M', w / 2 - wide, top + gap * 0.4) + at('a', wide, deep, 0, 0, 0, 2 * wide, 0),
        i % 2 ? '' : '3 9',
      ),
    ];
  });
};

/** Rows and columns, some of them found. */
export const table: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const columns = whole(r, 5, 7);
  const cell = (w - 24) / columns;
  const high = cell * r(0.5, 0.8);
  const rows = Math.floor((h - 24) / high);
  const picked = whole(r, 1, rows - 2);
  const layers = ['', '', '', ''];
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const kind = y === 0 ? 3 : y === picked ? 1 : r(0, 1) < 0.3 ? 0 : 2;
      const long = kind === 2 ? r(0.4, 0.95) : 0.92;
      layers[kind] += rect(12 + x * cell + 2, 12 + y * high + 2, cell * long - 2, high - 5);
    }
  return [a, b, d, ink].map((colour, i) => fill(colour, layers[i] ?? ''));
};
