import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import type { Plugin, Rolldown } from 'vite';
import { defineConfig } from 'vitest/config';
import { LANGUAGES } from './src/shared/i18n/language';

// Where `npm run dev` finds an API; the product serves storefront and API from one origin.
const shop = process.env.PERPETUA_URL ?? 'http://localhost:8080';

/** Each text compressed beside itself, once and for all: regions send what a browser takes. */
function compressed(): Plugin {
  let folder = '';
  return {
    name: 'compressed',
    apply: 'build',
    configResolved: ({ build }) => {
      folder = build.outDir;
    },
    closeBundle: () => {
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css|html|svg)$/.test(name)) continue;
        const text = readFileSync(join(folder, name));
        writeFileSync(join(folder, `${name}.gz`), gzipSync(text, { level: 9 }));
        writeFileSync(join(folder, `${name}.br`), brotliCompressSync(text));
      }
    },
  };
}

type Texts = { [key: string]: string | Texts };

/** The page's own few words, out of the catalogues, for `src/shell.ts` to choose from. */
function words(): Plugin {
  const textsOf = (language: string) =>
    JSON.parse(readFileSync(`src/shared/i18n/${language}.json`, 'utf8')) as Texts;
  const find = (texts: Texts, key: string) =>
    key
      .split('.')
      .reduce<Texts | string | undefined>(
        (node, name) => (typeof node === 'object' ? node[name] : undefined),
        texts,
      );
  const escape = (text: string) =>
    text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0).toString()};`);
  function textOf(language: string, key: string): string {
    const text = find(textsOf(language), key) ?? find(textsOf('en'), key);
    if (typeof text !== 'string') throw new Error(`index.html: no text ${key}`);
    return escape(text);
  }
  return {
    name: 'words',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) =>
        html
          .replace(/%([a-z]+\.\w+)%/g, (_, key: string) => textOf('en', key))
          .replace(/data-text="([^"]+)"/g, (whole, key: string) =>
            [
              whole,
              ...Object.keys(LANGUAGES).map(
                (language) => `data-${language}="${textOf(language, key)}"`,
              ),
            ].join(' '),
          ),
    },
  };
}

/** The chunk of that name, and all that it imports, as the page asks for them. */
function filesOf(name: string, bundle: Rolldown.OutputBundle): string[] {
  const chunks = Object.values(bundle).filter((part) => part.type === 'chunk');
  const files = chunks.filter((chunk) => chunk.name === name).map(({ fileName }) => fileName);
  for (const file of files) {
    const { imports = [] } = chunks.find(({ fileName }) => fileName === file) ?? {};
    files.push(...imports.filter((needed) => !files.includes(needed)));
  }
  return files.map((file) => `/${file}`);
}

/**
 * The scripts that `src/shell.ts` waits for are on their way from the beginning; those of the pages
 * on which people arrive it asks for itself, by the names that it finds here.
 */
function preloaded(): Plugin {
  return {
    name: 'preloaded',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle }) => {
        if (!bundle) return [];
        const main = filesOf('main', bundle);
        const links = main.map((href) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href, fetchpriority: 'low' },
          injectTo: 'head' as const,
        }));
        const pages = ['HomePage', 'CategoryPage', 'BookPage'].map((name) => {
          const files = filesOf(name, bundle).filter((file) => !main.includes(file));
          return {
            tag: 'meta',
            attrs: { name: `scripts:${name}`, content: files.join(' ') },
            injectTo: 'head' as const,
          };
        });
        return [...links, ...pages];
      },
    },
  };
}

/**
 * What every page needs, in few files, for each request more is a round trip on a phone; in more than
 * one, so that `src/shell.ts` can have them run one after the other. What it begins with itself must
 * not wait for the rest.
 */
const groups = [
  {
    name: 'begin',
    test: /\/src\/shared\/(api\/early|i18n\/language|storage)\.ts$|vite\/preload-helper/,
  },
  { name: 'react', test: /\/node_modules\/(react|react-dom|scheduler)\/|\/app\/begin\/react/ },
  { name: 'router', test: /\/node_modules\/react-router\/|\/app\/begin\/router/ },
  {
    name: 'state',
    test: /\/node_modules\/(@reduxjs|immer|redux|react-redux|reselect)\/|\/app\/begin\/state/,
  },
  { name: 'shop', test: /\/node_modules\/.*\.[cm]?js$|\/src\/shared\/(api|format|ui)\/.*\.tsx?$/ },
].map((group, index, { length }) => ({ ...group, priority: length - index }));

export default defineConfig({
  plugins: [react(), words(), preloaded(), compressed()],
  // Bootstrap 5.3 is written in the Sass of before @use.
  css: {
    preprocessorOptions: {
      scss: { quietDeps: true, silenceDeprecations: ['import', 'global-builtin'] },
    },
  },
  // The manifest tells the tests which files the first page needs.
  build: {
    assetsInlineLimit: 0,
    target: 'es2022',
    manifest: 'manifest.json',
    rolldownOptions: {
      output: {
        codeSplitting: { groups },
      },
    },
  },
  // A region takes writes from the shop's own pages alone.
  server: { proxy: { '/api': { target: shop, changeOrigin: true, headers: { Origin: shop } } } },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
    testTimeout: 30_000,
  },
});
