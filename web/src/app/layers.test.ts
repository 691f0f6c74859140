import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

/** What ESLint says of a file's text, as if it stood at `path`. */
function lint(path: string, text: string): string {
  try {
    execFileSync('npx', ['eslint', '--stdin', '--stdin-filename', path], { input: text });
    return '';
  } catch (error) {
    return String((error as { stdout: Buffer }).stdout);
  }
}

const features = readdirSync('src/features');

test.each(features)('%s may not import another feature', (feature) => {
  const other = features.find((name) => name !== feature) ?? '';
  const text = `import { x } from '../${other}/x';\nx();\n`;
  expect(lint(`src/features/${feature}/probe.ts`, text)).toContain('do not import each other');
}, 20_000);

test('shared imports no feature', () => {
  const text = "import { x } from '../features/cart/x';\nx();\n";
  expect(lint('src/shared/probe.ts', text)).toContain('shared is the bottom');
}, 20_000);
