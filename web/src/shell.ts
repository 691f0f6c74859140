/**
 * What a buyer sees before the shop itself runs: its bar, and on the home page the first words. It is
 * a few hundred bytes, so that they stand at once; it also asks for the data that the page will
 * need, which would otherwise wait for the scripts.
 */
import '@fontsource-variable/fraunces/wght.css';
import '@fontsource-variable/source-sans-3/wght.css';
import './app/app.scss';
import type { Book, BookDetail } from './shared/api/api';
import { askEarly } from './shared/api/early';
import { wantedLanguage } from './shared/i18n/language';

const language = wantedLanguage();
const { pathname, search } = location;
const isHome = pathname === '/';

function show(id: string): void {
  document.getElementById(id)?.removeAttribute('hidden');
}

for (const element of document.querySelectorAll<HTMLElement>('#shell [data-text]'))
  element.textContent = element.dataset[language] ?? '';
document.documentElement.lang = language;
if (isHome) show('shell-home');
show('shell');

interface Arrival {
  /** Whose scripts index.html names, where people arrive there. */
  page?: 'HomePage' | 'CategoryPage' | 'BookPage';
  /** What it asks first, as it asks. */
  answers: string[];
}

function arrivalAt(): Arrival {
  const [, kind, name] = pathname.split('/');
  const query = new URLSearchParams(search);
  if (isHome) return { page: 'HomePage', answers: ['/categories', '/bestsellers'] };
  if (kind === 'books' && name)
    return { page: 'BookPage', answers: [`/books/${name}`, '/categories'] };
  if (kind === 'category' && name) {
    const wanted = new URLSearchParams({ category: name, sort: query.get('sort') ?? 'title' });
    return { page: 'CategoryPage', answers: [`/books?${wanted.toString()}`, '/categories'] };
  }
  return { answers: [] };
}

const { page, answers } = arrivalAt();
const [first] = answers.map((path) => askEarly(`/api${path}`));
const scripts = document.querySelector<HTMLMetaElement>(`meta[name="scripts:${page ?? ''}"]`);
for (const href of scripts?.content.split(' ') ?? []) {
  const link = document.createElement('link');
  const attributes = { rel: 'modulepreload', crossOrigin: 'anonymous', fetchPriority: 'low' };
  document.head.append(Object.assign(link, attributes, { href }));
}

/** What an answer says, which the page reads as well; nothing when it is none. */
async function read<T>(answer: Promise<Response>): Promise<T | undefined> {
  const response = (await answer).clone();
  return response.ok ? ((await response.json()) as T) : undefined;
}

/** A book's own words do not wait for the shop. */
async function showBook(answer: Promise<Response>): Promise<void> {
  const book = await read<BookDetail>(answer);
  if (!book) return;
  const { title, authors, description } = book;
  const words = { title, authors: authors.join(', '), description };
  for (const element of document.querySelectorAll<HTMLElement>('#shell-book [data-book]'))
    element.textContent = words[element.dataset.book as keyof typeof words];
  show('shell-book');
}

const SHOWN = 4;

/** Nor do the first titles of a category. */
async function showShelf(answer: Promise<Response>): Promise<void> {
  const shelf = await read<{ items: Book[] }>(answer);
  if (!shelf) return;
  const books = shelf.items.slice(0, SHOWN).map(({ title }) => {
    const [item, card, cover, words] = ['li', 'div', 'div', 'p'].map((tag) =>
      document.createElement(tag),
    ) as [HTMLElement, HTMLElement, HTMLElement, HTMLElement];
    card.className = 'book-card';
    cover.className = 'cover-frame';
    words.className = 'book-card-title';
    words.textContent = title;
    card.append(cover, words);
    item.append(card);
    return item;
  });
  document.querySelector('#shell-category ul')?.replaceChildren(...books);
  show('shell-category');
}

// What fails here the page says.
if (page === 'BookPage' && first) showBook(first).catch(() => undefined);
if (page === 'CategoryPage' && first) showShelf(first).catch(() => undefined);

/** Lets the browser paint, and answer the buyer, in between. */
const breathe = () => new Promise((resolve) => setTimeout(resolve));

const PAINT_MS_MAX = 500; // a page that nobody looks at is not painted

/** Scripts that run before it would hold it up. */
const firstWordsPainted = () =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, PAINT_MS_MAX);
    new PerformanceObserver((entries) => {
      if (entries.getEntriesByName('first-contentful-paint').length > 0) resolve();
    }).observe({ type: 'paint', buffered: true });
  });

async function begin(): Promise<void> {
  await firstWordsPainted();
  // All at once would be half a second without an answer to a touch, on a slow phone. Each of these
  // names only what is used, so that nothing else of a library comes along.
  for (const part of [
    () => import('./app/begin/react'),
    () => import('./app/begin/router'),
    () => import('./app/begin/state'),
    () => import('./shared/api/store'),
  ]) {
    await part();
    await breathe();
  }
  await import('./main');
}

// The shop's scripts are on their way meanwhile.
void begin();
