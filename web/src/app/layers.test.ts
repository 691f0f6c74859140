import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const SRC = resolve('src');

/** What a file of ours imports of ours, in whatever way and spelling, as paths below src. */
function importsOf(file: string, text: string): string[] {
  return ts
    .preProcessFile(text)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.') || name.startsWith('/'))
    .map((name) => resolve(SRC, dirname(file), name).slice(SRC.length + 1));
}

/** app -> features -> shared: a feature sees neither the app nor another feature. */
function mayImport(from: string, to: string): boolean {
  const [layer, feature] = from.split(sep);
  const [otherLayer, otherFeature] = to.split(sep);
  if (layer === 'shared') return otherLayer === 'shared';
  if (layer !== 'features' || otherLayer === 'shared') return true;
  return otherLayer === 'features' && otherFeature === feature;
}

const faultsOf = (file: string, text: string): string[] =>
  importsOf(file, text).filter((to) => !mayImport(file, to));

test('the layers are kept', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  expect(files.length).toBeGreaterThan(30);
  const faults = files.flatMap((file) =>
    faultsOf(file, readFileSync(join(SRC, file), 'utf8')).map((to) => `${file} imports ${to}`),
  );
  expect(faults).toEqual([]);
});

test.each([
  "import { x } from '../cart/x';",
  "import '../../features/cart';",
  "import type { X } from './../cart/X';",
  "export * from '../cart';",
  "const x = await import('../cart/x');",
  "import { router } from '../../app/router';",
])('a feature may not: %s', (text) => {
  expect(faultsOf('features/orders/x.ts', text)).toHaveLength(1);
});

test.each(["import '../features/cart/x';", "import('../app');"])('shared may not: %s', (text) => {
  expect(faultsOf('shared/x.ts', text)).toHaveLength(1);
});

test('a feature may use its own files, what is shared, and packages', () => {
  const text = "import './x'; import '../../shared/ui/Cover'; import 'react';";
  expect(faultsOf('features/orders/x.ts', text)).toEqual([]);
});
