import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { stands, test } from './look';

const KIB_MAX = 180;
const BUILD = 'dist';

/** As regions send it to whoever takes gzip. */
const sizeOf = (path: string): number => statSync(join(BUILD, `${path}.gz`)).size;

test('all scripts and styles that a browser loads for the front page are small', async ({
  page,
}) => {
  const loaded = new Set<string>();
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    const isCode = ['script', 'stylesheet'].includes(request.resourceType());
    if (isCode || /\.(js|css)$/.test(pathname)) loaded.add(pathname);
  });
  await page.goto('/');
  await page.getByRole('link', { name: /^Cookbooks \d/ }).waitFor();
  await stands(page);
  await page.waitForLoadState('networkidle');
  // The worker keeps files for a time without a network, after the page stands, and shows nothing.
  loaded.delete('/sw.js');
  expect(loaded.size).toBeGreaterThan(3);
  for (const path of loaded) expect(existsSync(join(BUILD, path)), path).toBe(true);
  const kib = [...loaded].reduce((sum, path) => sum + sizeOf(path), 0) / 1024;
  console.log(
    `first load in a browser: ${kib.toFixed(1)} KiB with gzip, in ${loaded.size.toString()} files`,
  );
  expect(kib).toBeLessThan(KIB_MAX);
});
