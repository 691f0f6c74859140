import { LAYOUTS, type Box, type Layout } from './layouts';
import { byline, fit, parted } from './lettering';
import { hashOf, randomOf, whole, type Random } from './random';
import { at, fill, join, line, rect, type Shape } from './shapes';
import type { Motifs, Scene } from './motifs/scene';
import { knownAs, styleOf, type Palette, type Style } from './styles';

export interface CoverBook {
  id?: string;
  title: string;
  authors: readonly string[];
  category: string;
}

export interface Letters {
  text: string;
  x: number;
  y: number;
  size: number;
  colour: string;
  role: 'title' | 'sub' | 'author';
  anchor: 'start' | 'middle';
  spacing: number;
}

export interface Drawing {
  /** Cut off at its box's edges. */
  art: { box: Box; shapes: Shape[] };
  paper: string;
  over: Shape[];
  letters: Letters[];
}

export const WIDTH = 300;
export const HEIGHT = 450;
/** Of some hundred editions, the one in which the starter catalogue's shelves vary the most. */
const EDITION = 259;
const LEADING = { title: 1.1, sub: 1.22, author: 1.2 };

const pick = <T>(from: readonly T[], random: Random): T =>
  from[whole(random, 0, from.length - 1)] as T;

const shapesOf = (motifs: Motifs | undefined, category: string, which: number, scene: Scene) =>
  (motifs?.[knownAs(category)]?.[which]?.(scene) ?? []).filter(({ d }) => d);

function lettersOf(book: CoverBook, style: Style, layout: Layout, ink: string): Letters[] {
  const [, y, w, h] = layout.text;
  const centred = layout.centred ?? style.centred ?? false;
  const letters: Letters[] = [];
  const put = (
    lines: string[],
    top: number,
    size: number,
    role: Letters['role'],
    spacing: number,
    box: Box = layout.text,
  ) => {
    lines.forEach((text, index) => {
      letters.push({
        text,
        x: centred ? box[0] + box[2] / 2 : box[0],
        y: top + size * (0.8 + index * LEADING[role]),
        size,
        colour: ink,
        role,
        anchor: centred ? 'middle' : 'start',
        spacing,
      });
    });
  };
  const author = byline(book.authors);
  const foot = layout.foot ?? layout.text;
  const by = fit(
    author,
    { w: foot[2], h: 36 },
    { most: 17, least: 13, leading: LEADING.author, spacing: 0.03 },
  );
  const byHeight = author ? by.lines.length * by.size * LEADING.author : 0;
  const room = layout.foot ? h : h - byHeight - (author ? 12 : 0);
  const [main, rest] = parted(book.title);
  const name = style.caps ? main.toLocaleUpperCase('en') : main;
  const spacing = style.caps ? 0.02 : 0;
  const sub = rest
    ? fit(rest, { w, h: room * 0.46 }, { most: 16, least: 12, leading: LEADING.sub })
    : { lines: [], size: 0 };
  const subHeight = rest ? sub.lines.length * sub.size * LEADING.sub + 9 : 0;
  const title = fit(
    name,
    { w, h: room - subHeight },
    {
      most: [...name].length < 10 ? style.size * 1.3 : style.size,
      least: 14,
      leading: LEADING.title,
      spacing,
    },
  );
  const titleHeight = title.lines.length * title.size * LEADING.title;
  const used = titleHeight + subHeight;
  const top = y + (layout.middle ? (room - used) / 2 : 0);
  put(title.lines, top, title.size, 'title', spacing);
  put(sub.lines, top + titleHeight + 7, sub.size, 'sub', 0);
  if (!author) return letters;
  if (layout.foot) put(by.lines, foot[1] + (foot[3] - byHeight) / 2, by.size, 'author', 0.03, foot);
  else put(by.lines, top + used + 12, by.size, 'author', 0.03);
  return letters;
}

/** Specks of the paper and of the cloth, the same on each cover. */
const SPECKS = (() => {
  const random = randomOf(7);
  return join(
    90,
    () => at('M', random(0, WIDTH), random(0, HEIGHT)) + at('l', random(-2, 2), random(1, 3)),
  );
})();

/** Without the motifs, which come later, a cover is whole but for its art. */
export function drawCover(book: CoverBook, motifs?: Motifs): Drawing {
  const random = randomOf(hashOf([book.title, ...book.authors].join('\n')) + EDITION);
  const style = styleOf(book.category);
  const palette = pick(style.palettes, random);
  const which = whole(random, 0, style.layouts.length - 1);
  const layout = LAYOUTS[pick([...(style.layouts[which] ?? 'T')], random)] as Layout;
  const [paper, ink] = palette;
  const [, , w, h] = layout.art;
  const over: Shape[] = [];
  if (layout.ground) {
    const [x, y, wide, high] = layout.ground;
    over.push(fill(layout.inverse ? ink : paper, rect(x, y, wide, high)));
    const edge = rect(x + 7, y + 7, wide - 14, high - 14);
    if (layout.framed) over.push(line(layout.inverse ? paper : ink, 1.5, edge));
  }
  return {
    art: {
      box: layout.art,
      shapes: shapesOf(motifs, book.category, which, { w, h, r: random, c: palette }),
    },
    paper,
    over: [
      ...over,
      { ...line(ink, 0.8, SPECKS), opacity: 0.16 },
      fill('#000', rect(0, 0, 10, HEIGHT), 0.12),
      fill('#fff', rect(10, 0, 2, HEIGHT), 0.2),
    ],
    letters: lettersOf(book, style, layout, layout.inverse ? paper : ink),
  };
}

/** A category's picture without words. */
export function drawCategory(slug: string, w: number, h: number, motifs?: Motifs): Shape[] {
  const palette = styleOf(slug).palettes[0] as Palette;
  return shapesOf(motifs, slug, 0, { w, h, r: randomOf(hashOf(slug)), c: palette });
}

/** A category's colours: letters of `ink` can be read on `paper`, and the other way round. */
export function coloursOf(slug: string) {
  const [paper, ink, accent, second, soft] = styleOf(slug).palettes[0] as Palette;
  return { paper, ink, accent, second, soft };
}
