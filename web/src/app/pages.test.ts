import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PAGES } from './pages';

test('regions answer with the shop at every address of a page', () => {
  const text = readFileSync('../src/server/web.cc', 'utf8');
  const list = /storefront_pages\(\)\s*\{\s*return \{([^;]*)\};/.exec(text)?.[1] ?? '';
  const served = [...list.matchAll(/"([^"]+)"/g)].map((match) => match[1]);
  const pages = PAGES.map(({ path }) => path.replace(/:(\w+)/g, '{$1}'));
  expect(pages.length).toBeGreaterThan(5);
  expect(pages.sort()).toEqual(served.sort());
});
