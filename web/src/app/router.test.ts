import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { router } from './router';

test('regions answer with the shop at every address of a page', () => {
  const text = readFileSync('../src/server/web.cc', 'utf8');
  const list = /storefront_pages\(\)\s*\{\s*return \{([^;]*)\};/.exec(text)?.[1] ?? '';
  const served = [...list.matchAll(/"([^"]+)"/g)].map((match) => match[1]);
  const pages = (router.routes[0]?.children ?? [])
    .map(({ path = '' }) => path.replace(/:(\w+)/g, '{$1}'))
    .filter((path) => path !== '*');
  expect(pages.length).toBeGreaterThan(5);
  expect(pages.sort()).toEqual(served.sort());
});
