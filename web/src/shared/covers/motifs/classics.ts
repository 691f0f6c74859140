import { whole } from '../random';
import { arc, circle, fill, join, leaf, line, polar, poly, rect, star } from '../shapes';
import { TAU, type Motif } from './scene';

const rosette = (x: number, y: number, size: number, petals: number) =>
  join(petals, (i) => leaf(x, y, size, (i * TAU) / petals - TAU / 4, 0.32));

/** Gilt frames stamped into cloth, a medallion in their midst. */
export const gilt: Motif = ({ w, h, r, c: [paper, , a, b, d] }) => {
  const [x, y] = [w / 2, h / 2];
  const size = Math.min(w, h) * r(0.28, 0.34);
  const petals = 2 * whole(r, 4, 8);
  const dots = join(petals * 2, (i) =>
    circle(...polar(x, y, size * 1.12, (i * TAU) / petals / 2), 3),
  );
  const corners = [
    [16, 16, 0],
    [w - 16, 16, 1],
    [w - 16, h - 16, 2],
    [16, h - 16, 3],
  ] as const;
  return [
    fill(b, circle(x, y, size * 1.22)),
    line(a, 2.5, rect(10, 10, w - 20, h - 20)),
    line(a, 1, rect(16, 16, w - 32, h - 32)),
    fill(
      a,
      corners
        .map(([cx, cy, q]) =>
          join(3, (i) =>
            leaf(cx, cy, i === 1 ? 56 : 42, (q * TAU) / 4 + (i + 1) * (TAU / 16), 0.22),
          ),
        )
        .join(''),
    ),
    line(a, 2, circle(x, y, size * 1.22)),
    fill(a, dots),
    fill(d, rosette(x, y, size, petals)),
    fill(b, rosette(x, y, size * 0.68, petals)),
    fill(a, rosette(x, y, size * 0.46, petals / 2) + circle(x, y, size * 0.1)),
    fill(paper, circle(x, y, size * 0.05)),
  ];
};

/** A paper of small fleurons, as on the boards of old series. */
export const fleurons: Motif = ({ w, h, r, c: [, , a, b, d] }) => {
  const columns = whole(r, 5, 6);
  const cell = w / columns;
  const petals = whole(r, 4, 8);
  const all = (size: number, part: number) =>
    join(h / cell + 1, (y) =>
      join(columns + 1, (x) =>
        (x + y) % 2 === part
          ? rosette((x + (y % 2 ? 0 : 0)) * cell, (y + 0.5) * cell, cell * size, part ? 4 : petals)
          : '',
      ),
    );
  return [
    fill(
      b,
      join(h / cell + 1, (y) =>
        join(columns + 1, (x) =>
          (x + y) % 2 ? '' : circle(x * cell, (y + 0.5) * cell, cell * 0.56),
        ),
      ),
    ),
    fill(a, all(0.5, 0)),
    fill(d, all(0.26, 1)),
  ];
};

/** Rays, a laurel and a lyre's plain geometry. */
export const laurel: Motif = ({ w, h, r, c: [, ink, a, b, d] }) => {
  const [x, y] = [w / 2, h / 2];
  const size = Math.min(w, h) * 0.36;
  const rays = whole(r, 20, 36);
  const n = whole(r, 7, 10);
  const twig = (side: number) =>
    join(n, (i) => {
      const angle = TAU / 4 + side * (0.25 + (i * 2.3) / n);
      const [px, py] = polar(x, y, size, angle);
      const forth = angle + side * (TAU / 4);
      return (
        leaf(px, py, size * 0.4, forth + 0.5, 0.4) + leaf(px, py, size * 0.4, forth - 0.5, 0.4)
      );
    });
  return [
    fill(
      b,
      join(rays, (i) =>
        poly([
          [x, y],
          polar(x, y, w + h, (i * TAU) / rays),
          polar(x, y, w + h, ((i + 0.5) * TAU) / rays),
        ]),
      ),
    ),
    fill(d, twig(1) + twig(-1)),
    line(a, 3, arc(x, y, size, TAU / 4 - 2.4, TAU / 4 + 2.4)),
    fill(a, star(x, y, size * 0.5, whole(r, 5, 12), r(0.35, 0.6))),
    fill(ink, circle(x, y, size * 0.12)),
  ];
};
