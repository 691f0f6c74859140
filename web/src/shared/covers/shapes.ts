/** One path of a drawing: filled, or drawn as a line when it has a width. */
export interface Shape {
  d: string;
  colour: string;
  width?: number;
  opacity?: number;
  dash?: string;
}

export type Point = readonly [x: number, y: number];

export const fill = (colour: string, d: string, opacity = 1): Shape => ({ colour, d, opacity });

export const line = (colour: string, width: number, d: string, dash = ''): Shape => ({
  colour,
  width,
  d,
  dash,
});

const short = (value: number) => (Math.round(value * 10) / 10).toString();

/** A command of a path with its numbers, rounded: `at('M', 1, 2)`. */
export const at = (command: string, ...numbers: number[]) => command + numbers.map(short).join(' ');

export const join = (count: number, part: (index: number) => string) =>
  Array.from({ length: Math.max(0, Math.round(count)) }, (_, index) => part(index)).join('');

export const times = <T>(count: number, part: (index: number) => T): T[] =>
  Array.from({ length: Math.max(0, Math.round(count)) }, (_, index) => part(index));

export const rect = (x: number, y: number, w: number, h: number) =>
  at('M', x, y) + at('h', w) + at('v', h) + at('h', -w) + 'z';

export const poly = (points: readonly Point[], end = 'z') =>
  points.map(([x, y], index) => at(index ? 'L' : 'M', x, y)).join('') + end;

/** Its radii are rounded beforehand: an arc whose ends are not 2r apart is no half of a circle. */
export const oval = (x: number, y: number, wide: number, high: number) => {
  const [rx, ry] = [Math.round(wide * 10) / 10, Math.round(high * 10) / 10];
  const half = (to: number) => at('a', rx, ry, 0, 1, 0, to, 0);
  return at('M', x - rx, y) + half(2 * rx) + half(-2 * rx) + 'z';
};

export const circle = (x: number, y: number, r: number) => oval(x, y, r, r);

export const polar = (x: number, y: number, r: number, angle: number): Point => [
  x + r * Math.cos(angle),
  y + r * Math.sin(angle),
];

/** An arc from one angle to another, clockwise; closed it is a slice of the circle's disc. */
export function arc(x: number, y: number, r: number, from: number, to: number, slice = false) {
  const [x1, y1] = polar(x, y, r, from);
  const [x2, y2] = polar(x, y, r, to);
  const curve = at('A', r, r, 0, to - from > Math.PI ? 1 : 0, 1, x2, y2);
  return (
    at(slice ? 'L' : 'M', x1, y1).replace('L', at('M', x, y) + 'L') + curve + (slice ? 'z' : '')
  );
}

/** A curve that passes smoothly between its points. */
export function smooth(points: readonly Point[], end = '') {
  let d = '';
  points.forEach(([x, y], index) => {
    const [nextX, nextY] = points[index + 1] ?? [x, y];
    d +=
      index === 0
        ? at('M', x, y)
        : index === points.length - 1
          ? at('T', x, y)
          : at('Q', x, y, (x + nextX) / 2, (y + nextY) / 2);
  });
  return d + end;
}

/** A leaf, or a petal: two curves from its stalk to its tip. */
export function leaf(x: number, y: number, length: number, angle: number, breadth = 0.5) {
  const [tipX, tipY] = polar(x, y, length, angle);
  const [aX, aY] = polar(x, y, length * 0.6, angle - breadth);
  const [bX, bY] = polar(x, y, length * 0.6, angle + breadth);
  return at('M', x, y) + at('Q', aX, aY, tipX, tipY) + at('Q', bX, bY, x, y) + 'z';
}

export const star = (x: number, y: number, r: number, points: number, depth = 0.45) =>
  poly(
    times(2 * points, (i) =>
      polar(x, y, i % 2 ? r * depth : r, (i * Math.PI) / points - Math.PI / 2),
    ),
  );

/** What lies below a curve down to the bottom: a hill, a sea. */
export const below = (points: readonly Point[], bottom: number) =>
  smooth(points) + at('V', bottom) + at('H', points[0]?.[0] ?? 0) + 'z';
