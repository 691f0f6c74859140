import { fireEvent, screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { freshBrowser, ofPath, open, price, problem, shop } from '../../shared/testing';
import { Component as BestSellersPage } from './BestSellersPage';
import { BookView } from './BookView';
import { Component as CategoryPage } from './CategoryPage';
import { Component as HomePage } from './HomePage';
import { SearchBox } from './SearchBox';
import { Component as SearchPage } from './SearchPage';

freshBrowser();

const book = (id: string, title: string) => ({
  id,
  title,
  authors: ['Frank Herbert'],
  category: 'science-fiction',
  description: 'Sand.',
  price,
});
const dune = (...left: number[]) => ({
  ...book('dune', 'Dune'),
  rating: { average: 4.5, count: 1 },
  availability: left.map((quantity, index) => ({ region: `r${index.toString()}`, quantity })),
});
const categories = {
  body: { items: [{ slug: 'science-fiction', name: 'Science Fiction', count: 2 }] },
};
const ALL_OF = 'GET /books?category=science-fiction&sort=title';
const NO_OTHERS = {
  'GET /books?author=Frank+Herbert&limit=11': { body: { items: [] } },
  'GET /books?category=science-fiction&limit=20': { body: { items: [] } },
};
const openAt = (path: string) =>
  open(path, [
    { path: '/', element: <HomePage /> },
    { path: '/category/:slug', element: <CategoryPage /> },
    { path: '/best-sellers', element: <BestSellersPage /> },
    {
      path: '/search',
      element: (
        <>
          <SearchBox />
          <SearchPage />
        </>
      ),
    },
    { path: '/books/:id', element: <BookView buy={(_, left) => <p>{left} to buy</p>} /> },
  ]);

test('a book shows what all regions have of it', async () => {
  shop({ 'GET /books/dune': { body: dune(3, 4) }, 'GET /categories': categories, ...NO_OTHERS });
  openAt('/books/dune');
  expect(screen.getByText('Loading …')).toBeTruthy();
  await screen.findByText('7 to buy');
  screen.getByText('Only 7 left');
  screen.getByText('4.5 of 5, by 1 reader');
  await screen.findByRole('link', { name: 'Science Fiction' });
  expect(document.title).toBe('Dune – Perpetua');
});

test('a book that nobody has is sold out; one that is not there is missing', async () => {
  shop({ 'GET /books/dune': { body: dune(0, 0) }, 'GET /categories': categories, ...NO_OTHERS });
  const { router } = openAt('/books/dune');
  await screen.findByText('Sold out');
  await router.navigate('/books/emma');
  await screen.findByText('There is no such book here.');
});

test('a book that cannot be read can be asked for again', async () => {
  const failed = problem(500, 'internal');
  shop({
    'GET /books/dune': [failed, failed, failed, failed, { body: dune(3) }],
    'GET /categories': categories,
    ...NO_OTHERS,
  });
  openAt('/books/dune');
  await screen.findByText('Something went wrong in the shop.');
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await screen.findByText('3 to buy');
});

test('a category shows more books on demand, and the focus goes on to them', async () => {
  shop({
    'GET /categories': categories,
    [ALL_OF]: {
      body: { items: [book('dune', 'Dune')] },
      headers: { Link: '</api/books?cursor=c>; rel="next"' },
    },
    [`${ALL_OF}&cursor=c`]: { body: { items: [book('ubik', 'Ubik')] } },
  });
  openAt('/category/science-fiction');
  await screen.findByRole('heading', { level: 1, name: 'Science Fiction' });
  fireEvent.click(await screen.findByRole('button', { name: 'More books' }));
  const more = await screen.findByRole('link', { name: 'Ubik' });
  expect(document.activeElement).toBe(more);
  screen.getByRole('heading', { level: 2, name: 'Dune' });
});

test('an empty category says so', async () => {
  shop({
    'GET /categories': categories,
    'GET /books?category=cars&sort=title': { body: { items: [] } },
  });
  openAt('/category/cars');
  await screen.findByText('There are no books here.');
});

test('the front page stands with what there is', async () => {
  shop({
    'GET /categories': categories,
    'GET /bestsellers': problem(500, 'internal'),
    'GET /books?category=science-fiction&limit=10': { body: { items: [book('dune', 'Dune')] } },
  });
  openAt('/');
  await screen.findByRole('link', { name: /^Science Fiction/ });
  await screen.findByRole('heading', { level: 2, name: 'Today’s shelf: Science Fiction' });
  await screen.findByRole('heading', { level: 3, name: 'Dune' });
  await screen.findByText('Something went wrong in the shop.');
});

test('a fresh shop has no best sellers yet, and says so', async () => {
  shop({
    'GET /categories': { body: { items: [] } },
    'GET /bestsellers': { body: { items: [] } },
  });
  openAt('/');
  await screen.findByText('Nothing has been sold yet. Be the first.');
});

test('the sequence of a category is in its address', async () => {
  shop({
    'GET /categories': categories,
    [ALL_OF]: { body: { items: [book('dune', 'Dune')] } },
    'GET /books?category=science-fiction&sort=-price': { body: { items: [book('ubik', 'Ubik')] } },
  });
  const { router } = openAt('/category/science-fiction');
  await screen.findByRole('link', { name: 'Dune' });
  fireEvent.change(screen.getByLabelText('Sort by'), { target: { value: '-price' } });
  await screen.findByRole('link', { name: 'Ubik' });
  expect(router.state.location.search).toBe('?sort=-price');
  await router.navigate('/category/science-fiction?sort=nonsense');
  await screen.findByRole('link', { name: 'Dune' });
});

test('beside a book are others of its author, and further ones of its category', async () => {
  const [emma, messiah, ubik] = [
    book('dune', 'Dune'),
    book('dune-messiah', 'Dune Messiah'),
    book('ubik', 'Ubik'),
  ];
  shop({
    'GET /books/dune': { body: dune(3) },
    'GET /categories': categories,
    'GET /books?author=Frank+Herbert&limit=11': { body: { items: [emma, messiah] } },
    'GET /books?category=science-fiction&limit=20': { body: { items: [emma, messiah, ubik] } },
  });
  openAt('/books/dune');
  const author = await screen.findByRole('region', { name: 'More by Frank Herbert' });
  expect(within(author).getAllByRole('heading', { level: 3 })).toHaveLength(1);
  within(author).getByRole('link', { name: 'Dune Messiah' });
  const category = await screen.findByRole('region', { name: 'More in Science Fiction' });
  expect(within(category).getAllByRole('heading', { level: 3 })).toHaveLength(1);
  within(category).getByRole('link', { name: 'Ubik' });
});

test('what is searched for is in the address, and what is found is counted', async () => {
  const sent = shop({
    'GET /search?q=du&limit=60': { body: { items: [book('dune', 'Dune')], total: 61 } },
    'GET /search?q=xyz&limit=60': { body: { items: [], total: 0 } },
  });
  const { router } = openAt('/search?q=du');
  await screen.findByRole('link', { name: 'Dune' });
  expect(screen.getByRole('status').textContent).toBe('61 books The best 1 is shown.');
  const field = screen.getByRole('searchbox');
  expect((field as HTMLInputElement).value).toBe('du');
  fireEvent.change(field, { target: { value: '  xyz ' } });
  fireEvent.click(screen.getByRole('button', { name: 'Search' }));
  await screen.findByText('Nothing was found for “xyz”.');
  expect(router.state.location.search).toBe('?q=xyz');
  expect(ofPath(sent, 'GET /search?q=xyz&limit=60')).toHaveLength(1);
});

test('a search for nothing asks nobody', async () => {
  const sent = shop({});
  openAt('/search?q=%20');
  await screen.findByText('A few letters of a title or of an author’s name are enough.');
  fireEvent.click(screen.getByRole('button', { name: 'Search' }));
  expect(sent).toEqual([]);
});

test('best sellers are ranked', async () => {
  shop({
    'GET /bestsellers': {
      body: {
        items: [
          { book: book('ubik', 'Ubik'), sold: 3 },
          { book: book('dune', 'Dune'), sold: 1 },
        ],
      },
    },
  });
  openAt('/best-sellers');
  const ranks = await screen.findAllByRole('listitem');
  expect(ranks.map((rank) => within(rank).getByRole('heading').textContent)).toEqual([
    'Ubik',
    'Dune',
  ]);
  screen.getByText(/3 sold/);
});
