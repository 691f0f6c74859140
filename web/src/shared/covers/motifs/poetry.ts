import { whole } from '../random';
import { at, circle, fill, join, leaf, line, smooth, times, type Point } from '../shapes';
import { TAU, type Motif } from './scene';

/** Broad, quiet strokes: water, and a moon. */
export const water: Motif = ({ w, h, r, c: [, , a, b, d] }) => {
  const count = whole(r, 5, 8);
  const size = Math.min(w, h) * r(0.13, 0.2);
  const wave = (y: number, turn: number, high: number) =>
    smooth(
      times(12, (i): Point => [(i * (w + 40)) / 11 - 20, y + high * Math.sin(turn + i * 0.8)]),
    );
  return [
    fill(b, circle(w * r(0.25, 0.75), h * 0.3, size)),
    ...times(count, (i) =>
      line(
        i % 3 === 2 ? d : a,
        3 + i * 2.2,
        wave(h * (0.48 + (0.5 * i) / count), r(0, TAU), 5 + i * 1.4),
      ),
    ),
  ];
};

/** A single branch, few leaves. */
export const branch: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const side = r(0, 1) < 0.5 ? 1 : -1;
  const count = whole(r, 7, 12);
  const bend = r(0.1, 0.3) * w;
  const spine = (t: number): Point => [
    w / 2 + side * (w * 0.32 - t * w * 0.56 + bend * Math.sin(t * Math.PI)),
    h * (0.98 - 0.84 * t),
  ];
  const size = Math.min(w, h) * r(0.2, 0.28);
  const leaves = (part: number) =>
    join(count, (i) => {
      const t = 0.2 + (0.8 * i) / (count - 1);
      return (i % 4 === 3 && part === 3) || (part === i % 3 && i % 4 !== 3)
        ? leaf(
            ...spine(t),
            size * (1.2 - t * 0.5),
            -TAU / 4 - side * 0.5 + (i % 2 ? 1 : -1) * r(0.7, 1.1),
            0.42,
          )
        : '';
    });
  return [
    fill(d, circle(w / 2 - side * w * 0.12, h * 0.4, Math.min(w, h) * 0.27), 0.6),
    line(ink, 2.5, smooth(times(9, (i) => spine(i / 8)))),
    fill(a, leaves(0) + leaves(1)),
    fill(b, leaves(2)),
    fill(ink, leaves(3)),
  ];
};

/** Rain, or grass: short strokes on the slant. */
export const rain: Motif = ({ w, h, r, c: [, , a, b, d] }) => {
  const lean = r(-0.5, 0.5);
  const gap = r(17, 24);
  const layers = ['', '', ''];
  for (let y = -10; y < h; y += gap * 1.3)
    for (let x = 0; x < w; x += gap) {
      const long = r(8, 26);
      layers[r(0, 1) < 0.1 ? 1 : r(0, 1) < 0.4 ? 2 : 0] +=
        at('M', x + r(-4, 4), y + r(-6, 6)) +
        at('q', lean * long * 0.2 + 2, long / 2, lean * long, long);
    }
  return [a, b, d].map((colour, i) => line(colour, 3.5, layers[i] ?? ''));
};
