import { whole } from '../random';
import { arc, circle, fill, times } from '../shapes';
import { TAU, type Motif } from './scene';

/** What a category of any other name gets: arches, discs and bands. */
export const arches: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const cell = w / whole(r, 3, 4);
  const colours = [a, b, d, ink];
  return times((w / cell) * Math.ceil(h / cell), (i) => i)
    .flatMap((i) => {
      const columns = Math.round(w / cell);
      const [x, y] = [(i % columns) * cell, Math.floor(i / columns) * cell];
      const turn = whole(r, 0, 3);
      const centre = [
        [x, y + cell / 2],
        [x + cell / 2, y],
        [x + cell, y + cell / 2],
        [x + cell / 2, y + cell],
      ][turn] as [number, number];
      const from = turn * (TAU / 4) - TAU / 4;
      const colour = whole(r, 0, 3);
      return [
        fill(colours[colour] ?? a, arc(...centre, cell / 2, from, from + Math.PI) + 'z'),
        fill(colours[(colour + 1) % 4] ?? b, arc(...centre, cell / 4, from, from + Math.PI) + 'z'),
      ];
    })
    .slice(0, 50);
};

export const dots: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const n = whole(r, 6, 9);
  const cell = w / n;
  const [x, y] = [r(0, w), r(0, h)];
  const layers = ['', '', '', ''];
  for (let i = 0; i < n; i++)
    for (let k = 0; (k + 0.5) * cell < h; k++) {
      const [px, py] = [(i + 0.5) * cell, (k + 0.5) * cell];
      const near = Math.hypot(px - x, py - y) / Math.hypot(w, h);
      layers[near < 0.2 ? 0 : near < 0.4 ? 1 : near < 0.6 ? 2 : 3] += circle(
        px,
        py,
        cell * (0.46 - near * 0.32),
      );
    }
  return [a, b, ink, d].map((colour, i) => fill(colour, layers[i] ?? ''));
};

export const bands: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const [x, y] = [w * r(0, 1), h];
  const count = whole(r, 5, 8);
  const colours = [a, b, d, ink];
  const reach = Math.hypot(w, h) * r(0.6, 0.9);
  return times(count, (i) => fill(colours[i % 4] ?? a, circle(x, y, reach * (1 - i / count))));
};
