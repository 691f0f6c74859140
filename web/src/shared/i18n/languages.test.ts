import { expect, test } from 'vitest';
import de from './de.json';
import en from './en.json';
import es from './es.json';
import { LANGUAGES, type Language } from './language';

const PLURAL = /_(zero|one|two|few|many|other)$/;
const catalogues: Record<Language, object> = { en, es, de };
const languages = Object.keys(LANGUAGES) as Language[];

function textsOf(node: object, prefix = ''): [string, string][] {
  return Object.entries(node).flatMap(([key, value]: [string, unknown]): [string, string][] =>
    typeof value === 'object' && value !== null
      ? textsOf(value, `${prefix}${key}.`)
      : [[prefix + key, String(value)]],
  );
}

const english = new Map(textsOf(en));
const variablesOf = (text: string) =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort();

test.each(languages)('%s has every text, and no other', (language) => {
  const bare = (keys: Iterable<string>) =>
    [...new Set([...keys].map((key) => key.replace(PLURAL, '')))].sort();
  const texts = textsOf(catalogues[language]);
  expect(bare(texts.map(([key]) => key))).toEqual(bare(english.keys()));
  expect(texts.filter(([, text]) => text.trim() === '')).toEqual([]);
});

test.each(languages)('%s has every form of its plurals', (language) => {
  const keys = textsOf(catalogues[language]).map(([key]) => key);
  const counted = new Set(
    keys.filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, '')),
  );
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const wanted = [...counted].flatMap((key) => forms.map((form) => `${key}_${form}`)).sort();
  expect(keys.filter((key) => PLURAL.test(key)).sort()).toEqual(wanted);
});

test.each(languages)('%s names the same things in each text', (language) => {
  const differing = textsOf(catalogues[language]).filter(([key, text]) => {
    const form = PLURAL.exec(key);
    const original = english.get(key) ?? english.get(key.replace(PLURAL, '_other')) ?? '';
    // One may leave out the number that it says in words.
    const isSubset = variablesOf(text).every((name) => variablesOf(original).includes(name));
    return form ? !isSubset : variablesOf(text).join() !== variablesOf(original).join();
  });
  expect(differing).toEqual([]);
});
