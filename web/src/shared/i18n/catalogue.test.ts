import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import en from './en.json';

const PLURAL = /_(zero|one|two|few|many|other)$/;

function keysOf(node: object, prefix = ''): string[] {
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null
      ? keysOf(value, `${prefix}${key}.`)
      : [prefix + key],
  );
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /(?<!\.test)\.tsx?$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}

const page = readFileSync('index.html', 'utf8');
const used = new Set([
  ...sources('src').flatMap((text) =>
    [...text.matchAll(/\bt\(\s*'([^']+)'/g)].map((match) => match[1]),
  ),
  ...[...page.matchAll(/data-text="([^"]+)"|%([a-z]+\.\w+)%/g)].map(
    (match) => match[1] ?? match[2],
  ),
]);
// Asked for by the slug of what the API refuses.
const slugs = [
  ...readFileSync('../src/http/problem.cc', 'utf8').matchAll(
    /Row\{ProblemKind::\w+, \d+, "([a-z-]+)"/g,
  ),
].map((match) => `problem.${match[1] ?? ''}`);
const there = new Set(keysOf(en).map((key) => key.replace(PLURAL, '')));

test('every text that the pages ask for is in the catalogue', () => {
  expect([...used].filter((key) => !there.has(key ?? ''))).toEqual([]);
});

test('every problem of the API has a text, and no other has', () => {
  expect(slugs.length).toBeGreaterThan(10);
  const texts = [...there].filter((key) => key.startsWith('problem.'));
  expect(texts.sort()).toEqual(slugs.sort());
});

// Asked for by what the API calls things.
const NAMED_BY_THE_API = /^(problem|categories|delivery)\./;

test('every text in the catalogue is asked for', () => {
  expect([...there].filter((key) => !used.has(key) && !NAMED_BY_THE_API.test(key))).toEqual([]);
});

test('every category of the starter catalogue has a name', () => {
  const lines = readFileSync('../data/catalogue.jsonl', 'utf8').trim().split('\n');
  const slugs = lines.map((line) => (JSON.parse(line) as { category: string }).category);
  const missing = [...new Set(slugs)].filter((slug) => !there.has(`categories.${slug}`));
  expect(missing).toEqual([]);
});
