// @vitest-environment node
import { readFileSync } from 'node:fs';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, describe, expect, test } from 'vitest';
import { Cover } from '../ui/Cover';
import { CategoryArt } from './CategoryArt';
import { drawCategory, drawCover, HEIGHT, WIDTH, type CoverBook } from './draw';
import { LAYOUTS } from './layouts';
import { byline, measure, parted } from './lettering';
import { MOTIFS } from './motifs';
import { ELSE, STYLES, styleOf } from './styles';
import { loadMotifs } from './useMotifs';

const SPINE = 12;
const MOST_ELEMENTS = 90;
const MOST_BYTES = 40_000;

const books = readFileSync('../data/catalogue.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map((row) => JSON.parse(row) as CoverBook);

const NASTY = [
  '',
  'I',
  '1984',
  'Donaudampfschifffahrtsgesellschaftskapitänswitwe',
  'W'.repeat(200),
  'On the '.repeat(28).trim(),
  `Short: ${'a subtitle that goes on '.repeat(8)}`,
  `${'x'.repeat(90)}: ${'y'.repeat(100)}`,
  '红楼梦'.repeat(20),
  'Война и мир: роман в четырёх томах',
  'ألف ليلة وليلة',
  '👩‍🚀 and 🚀 in 🪐',
  'A<b>&amp;</b>"\'',
];

const categories = [...Object.keys(STYLES), 'gardening', 'music', 'constructor', '__proto__', ''];

const everyBook: CoverBook[] = [
  ...books,
  ...categories.flatMap((category) =>
    NASTY.map((title, index) => ({
      title,
      category,
      authors:
        [[], ['A'], ['Anne Bee', 'Cy Dee'], ['M'.repeat(120)], ['A', 'B', 'C']][index % 5] ?? [],
    })),
  ),
];

const markup = (book: CoverBook) => renderToStaticMarkup(<Cover book={book} />);

beforeAll(loadMotifs);

test('the same book has the same cover', () => {
  for (const book of books) {
    expect(drawCover({ ...book }, MOTIFS)).toEqual(drawCover(book, MOTIFS));
  }
});

test('a known cover stays as it is, on every machine', () => {
  const { paper, letters } = drawCover({
    title: 'Dune',
    authors: ['Frank Herbert'],
    category: 'x',
  });
  expect([paper, ...letters.map(({ text }) => text)]).toMatchInlineSnapshot(`
    [
      "#dfe5dc",
      "Dune",
      "Frank Herbert",
    ]
  `);
});

test('no two books have the same art', () => {
  const art = books.map((book) => JSON.stringify(drawCover(book, MOTIFS).art));
  expect(new Set(art).size).toBe(books.length);
});

test('letters are on the cover and on their ground', () => {
  for (const book of everyBook) {
    const { letters } = drawCover(book);
    for (const { text, x, y, size, anchor, spacing } of letters) {
      const width = measure(text, size, spacing);
      const left = anchor === 'middle' ? x - width / 2 : x;
      const where = `${book.category}: ${text}`;
      expect(left, where).toBeGreaterThan(SPINE);
      expect(left + width, where).toBeLessThanOrEqual(WIDTH - SPINE);
      expect(y - size * 0.8, where).toBeGreaterThan(SPINE);
      expect(y + size * 0.25, where).toBeLessThan(HEIGHT - SPINE);
    }
  }
});

test('lines of letters do not run into each other', () => {
  for (const book of everyBook) {
    const { letters } = drawCover(book);
    letters.slice(1).forEach(({ y, size, text }, index) => {
      const above = letters[index];
      expect(y - (above?.y ?? 0), `${book.category}: ${text}`).toBeGreaterThanOrEqual(size * 0.99);
    });
  }
});

test('letters stay in their box, whatever the layout', () => {
  const boxes = Object.values(LAYOUTS).map(({ text, ground }) => [text, ground] as const);
  for (const [text, ground] of boxes) {
    if (!ground) continue;
    expect(text[0]).toBeGreaterThanOrEqual(ground[0]);
    expect(text[1]).toBeGreaterThanOrEqual(ground[1]);
    expect(text[0] + text[2]).toBeLessThanOrEqual(ground[0] + ground[2]);
    expect(text[1] + text[3]).toBeLessThanOrEqual(ground[1] + ground[3]);
  }
});

test('no title of the catalogue is cut', () => {
  for (const book of books) {
    expect(drawCover(book).letters.filter(({ text }) => text.includes('…'))).toEqual([]);
  }
});

test('markup is light, and free of what the page may not have', () => {
  for (const book of everyBook) {
    const svg = markup(book);
    expect(svg).not.toMatch(/ id="| style="|<style|<defs|NaN|undefined|Infinity/);
    expect(svg.match(/<\w/g)?.length, book.title).toBeLessThan(MOST_ELEMENTS);
    expect(svg.length, `${book.category}: ${book.title}`).toBeLessThan(MOST_BYTES);
  }
});

test('each category has a picture', () => {
  const pictures = [...Object.keys(STYLES), 'gardening'].map((slug) => {
    expect(drawCategory(slug, 400, 240, MOTIFS).length).toBeGreaterThan(1);
    return renderToStaticMarkup(<CategoryArt slug={slug} />);
  });
  expect(new Set(pictures).size).toBe(pictures.length);
  expect(pictures.join('')).not.toMatch(/ id="| style="|NaN/);
});

test('without the art a cover has its letters and its ground', () => {
  const { art, letters } = drawCover({ title: 'Dune', authors: [], category: 'science-fiction' });
  expect(art.shapes).toEqual([]);
  expect(letters.map(({ text }) => text)).toEqual(['DUNE']);
});

describe('styles', () => {
  const luminance = (colour: string) => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5]
      .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const all = [...Object.keys(STYLES), ELSE];

  test.each(all)('%s: each ink can be read on its paper', (slug) => {
    for (const [paper, ink] of styleOf(slug).palettes) {
      const [light = 0, dark = 0] = [luminance(paper), luminance(ink)].sort((a, b) => b - a);
      expect((light + 0.05) / (dark + 0.05), `${ink} on ${paper}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  test.each(all)('%s: four palettes at least of whole colours, and three layouts', (slug) => {
    const { palettes, layouts } = styleOf(slug);
    expect(palettes.length).toBeGreaterThanOrEqual(4);
    expect(palettes.flat().filter((colour) => !/^#[0-9a-f]{6}$/.test(colour))).toEqual([]);
    expect(new Set(layouts.join('')).size).toBeGreaterThanOrEqual(3);
    expect(Object.keys(LAYOUTS)).toEqual(expect.arrayContaining([...layouts.join('')]));
    expect(MOTIFS[slug]).toHaveLength(layouts.length);
  });

  test('no category has a motif or a palette of another', () => {
    const named = Object.keys(STYLES);
    const motifs = named.flatMap((slug) => MOTIFS[slug] ?? []);
    const palettes = named.flatMap((slug) => styleOf(slug).palettes.map(String));
    expect(new Set(motifs).size).toBe(motifs.length);
    expect(new Set(palettes).size).toBe(palettes.length);
  });
});

test.each([
  ['Dune', 'Dune', ''],
  ['SQL: A Story', 'SQL', 'A Story'],
  ['Frankenstein; or, The Modern Prometheus', 'Frankenstein', 'or, The Modern Prometheus'],
  ['12:30', '12:30', ''],
])('%s has its subtitle apart', (title, main, rest) => {
  expect(parted(title)).toEqual([main, rest]);
});

test.each([
  [[], ''],
  [['A'], 'A'],
  [['A', 'B'], 'A & B'],
  [['A', 'B', 'C'], 'A et al.'],
])('authors %j', (authors, line) => {
  expect(byline(authors)).toBe(line);
});
