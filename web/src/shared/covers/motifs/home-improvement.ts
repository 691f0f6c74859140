import { whole } from '../random';
import { arc, at, circle, fill, join, line, poly, rect, times, type Point } from '../shapes';
import { TAU, type Motif } from './scene';

/** A front with roof, windows and a door. */
export const house: Motif = ({ w, h, r, c: [paper, ink, a, b, d] }) => {
  const left = w * 0.16;
  const wide = w * 0.68;
  const eaves = h * 0.42;
  const ridge = h * r(0.06, 0.14);
  const columns = whole(r, 2, 4);
  const step = wide / columns;
  const pane = Math.min(step * 0.52, h * 0.14);
  const door = whole(r, 0, columns - 1);
  const middle = (i: number) => left + (i + 0.5) * step;
  const windows = (size: number) =>
    join(columns, (i) => rect(middle(i) - pane / 2, eaves + h * 0.06, pane, size)) +
    join(columns, (i) => (i === door ? '' : rect(middle(i) - pane / 2, h * 0.7, pane, size)));
  const bars = join(columns * 2, (i) =>
    i >= columns && i - columns === door
      ? ''
      : at('M', middle(i % columns), i < columns ? eaves + h * 0.06 : h * 0.7) +
        at('v', pane * 1.15),
  );
  return [
    fill(b, circle(w * (r(0, 1) < 0.5 ? 0.1 : 0.9), h * 0.18, h * 0.11)),
    fill(a, rect(left + wide * r(0.12, 0.8), ridge * 0.9, wide * 0.09, eaves - ridge)),
    fill(
      ink,
      poly([
        [left - w * 0.06, eaves],
        [left + wide * 0.22, ridge],
        [left + wide * 0.78, ridge],
        [left + wide + w * 0.06, eaves],
      ]),
    ),
    fill(a, rect(left, eaves, wide, h)),
    fill(paper, windows(pane * 1.15)),
    line(ink, 2.5, bars),
    fill(d, rect(middle(door) - pane / 2, h * 0.68, pane, h)),
    fill(ink, circle(middle(door) + pane * 0.3, h * 0.84, 3)),
    fill(ink, rect(0, h * 0.96, w, h)),
  ];
};

/** Tiles of quarter circles, each turned at random. */
export const tiles: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const cell = w / whole(r, 4, 6);
  const layers = ['', '', '', ''];
  for (let y = 0; y < h; y += cell)
    for (let x = 0; x < w - 1; x += cell) {
      const turn = whole(r, 0, 3);
      const [cx, cy] = [x + (turn % 2) * cell, y + (turn > 1 ? cell : 0)];
      const from = ([0, 1, 3, 2][turn] ?? 0) * (TAU / 4);
      const kind = whole(r, 0, 2);
      layers[kind] += arc(cx, cy, cell, from, from + TAU / 4, true);
      layers[3] += arc(cx, cy, cell * 0.45, from, from + TAU / 4, true);
    }
  return [a, b, d, ink].map((colour, i) => fill(colour, layers[i] ?? ''));
};

/** A floor plan: walls, doors with their swing, measures. */
export const plan: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const [x, y] = [w * 0.12, h * 0.14];
  const [wide, high] = [w * 0.76, h * 0.68];
  const u = x + wide * r(0.35, 0.65);
  const v = y + high * r(0.35, 0.65);
  const size = Math.min(wide, high) * 0.2;
  const stairs = join(7, (i) => at('M', u + 12 + i * 9, v + 4) + at('v', size));
  return [
    fill(b, rect(x, y, u - x, v - y)),
    fill(d, rect(u, v, x + wide - u, y + high - v)),
    fill(a, rect(x, v, u - x, y + high - v), 0.85),
    line(ink, 1.5, stairs),
    line(
      ink,
      7,
      rect(x, y, wide, high) +
        at('M', x, v) +
        at('h', (u - x) * 0.3) +
        at('m', size, 0) +
        at('H', x + wide) +
        at('M', u, y) +
        at('V', v - size - 10) +
        at('M', u, v + size) +
        at('V', y + high),
    ),
    line(
      ink,
      1.5,
      at('M', x + (u - x) * 0.3, v) +
        at('v', -size) +
        at('a', size, size, 0, 0, 1, size, size) +
        at('M', u, v) +
        at('h', -size) +
        at('a', size, size, 0, 0, 1, size, size),
    ),
    line(
      ink,
      1.5,
      at('M', x, y + high + 22) +
        at('h', wide) +
        join(9, (i) => at('M', x + (i * wide) / 8, y + high + 16) + at('v', 12)),
    ),
  ];
};

/** Broad strokes of paint, one below the other. */
export const strokes: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const count = whole(r, 4, 6);
  const step = h / count;
  const colours = [a, b, d, ink];
  const first = whole(r, 0, 3);
  return times(count, (i) => {
    const y = (i + 0.5) * step;
    const end = w * r(0.55, 0.92);
    const teeth = times(7, (n): Point => [
      end + r(-16, 14),
      y - step * 0.42 + (n * step * 0.84) / 6,
    ]);
    const colour = colours[(first + i) % 4] ?? a;
    return fill(colour, poly([[-5, y - step * 0.42], ...teeth, [-5, y + step * 0.42]]));
  });
};
