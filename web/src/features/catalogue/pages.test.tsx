import { fireEvent, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { freshBrowser, open, price, problem, shop } from '../../shared/testing';
import { BookView } from './BookView';
import { Component as CategoryPage } from './CategoryPage';
import { Component as HomePage } from './HomePage';

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
const openAt = (path: string) =>
  open(path, [
    { path: '/', element: <HomePage /> },
    { path: '/category/:slug', element: <CategoryPage /> },
    { path: '/books/:id', element: <BookView buy={(_, left) => <p>{left} to buy</p>} /> },
  ]);

test('a book shows what all regions have of it', async () => {
  shop({ 'GET /books/dune': { body: dune(3, 4) }, 'GET /categories': categories });
  openAt('/books/dune');
  expect(screen.getByText('Loading …')).toBeTruthy();
  await screen.findByText('7 to buy');
  screen.getByText('Only 7 left');
  screen.getByText('Rated 4.5 of 5 by 1 reader');
  await screen.findByRole('link', { name: 'Science Fiction' });
  expect(document.title).toBe('Dune – Perpetua');
});

test('a book that nobody has is sold out; one that is not there is missing', async () => {
  shop({ 'GET /books/dune': { body: dune(0, 0) }, 'GET /categories': categories });
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
  });
  openAt('/books/dune');
  await screen.findByText('Something went wrong in the shop.');
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await screen.findByText('3 to buy');
});

test('a category shows more books on demand, and the focus goes on to them', async () => {
  shop({
    'GET /categories': categories,
    'GET /books?category=science-fiction': {
      body: { items: [book('dune', 'Dune')] },
      headers: { Link: '</api/books?cursor=c>; rel="next"' },
    },
    'GET /books?category=science-fiction&cursor=c': { body: { items: [book('ubik', 'Ubik')] } },
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
    'GET /books?category=cars': { body: { items: [] } },
  });
  openAt('/category/cars');
  await screen.findByText('There are no books here.');
});

test('the front page stands with what there is', async () => {
  shop({
    'GET /categories': categories,
    'GET /bestsellers': problem(500, 'internal'),
    'GET /books': { body: { items: [book('dune', 'Dune')] } },
  });
  openAt('/');
  await screen.findByRole('link', { name: /^Science Fiction/ });
  await screen.findByRole('heading', { level: 3, name: 'Dune' });
  await screen.findByText('Something went wrong in the shop.');
});
