import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { look, test } from './look';
import { perpetua } from './regions';
import { addByApi, beginSession, orderByApi, someBooks } from './session';
import * as shop from './shop';

const LINES_MAX = 48;
const MANY = 1000;
const price = (amount: number) => ({ amount, currency: 'EUR' });

/** Of one word, of many, of none by anybody, and in letters from elsewhere. */
const STRANGE = [
  {
    id: 'made-up-long-title',
    title: 'A Complete and Unabridged Account of Every Voyage That Was Ever Undertaken '.repeat(3),
    authors: ['Wolfeschlegelsteinhausenbergerdorff Hubert the Younger of Upper Lower Saxony'],
    price: price(9999999),
  },
  {
    id: 'made-up-long-word',
    title: 'Donaudampfschifffahrtsgesellschaftskapitänswitwenrente'.repeat(4),
    authors: Array.from({ length: 12 }, (_, index) => `Author Number ${(index + 1).toString()}`),
    price: price(1),
  },
  { id: 'made-up-nobody', title: 'By Nobody', authors: [], price: price(990) },
  {
    id: 'made-up-tale',
    title: '源氏物語',
    authors: ['紫式部'],
    price: price(1290),
    language: 'ja',
  },
  {
    id: 'made-up-nights',
    title: 'ألف ليلة وليلة',
    authors: ['مجهول'],
    price: price(990),
    year: -20,
  },
].map((book) => ({
  ...book,
  title: book.title.slice(0, 200).trim(),
  category: 'made-up',
  description: 'x'.repeat(400),
}));
const ALONE = {
  id: 'made-up-alone',
  title: 'Alone',
  authors: ['A. Lone'],
  category: 'made-up-alone',
  description: 'The only book of its category.',
  price: price(100),
};
const OF_MANY = Array.from({ length: MANY }, (_, index) => ({
  id: `made-up-${index.toString()}`,
  title: `Number ${index.toString().padStart(4, '0')}`,
  authors: ['A. Series'],
  category: 'made-up-many',
  description: 'One of many.',
  price: price(100 + index),
}));

test.beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'perpetua-made-up-'));
  const file = join(folder, 'made-up.json');
  writeFileSync(file, JSON.stringify([...STRANGE, ALONE, ...OF_MANY]));
  const { refused } = JSON.parse(perpetua('import', '--json', file)) as { refused: unknown[] };
  expect(refused).toEqual([]);
  rmSync(folder, { recursive: true });
});

test.beforeEach(async ({ page }) => {
  // The list of categories follows the catalogue.
  await expect
    .poll(async () => (await someBooks(page, 100, 'made-up-many')).length)
    .toBeGreaterThan(50);
});

test('long titles, no author, other scripts: in a list, on their page, in cart and order', async ({
  page,
}) => {
  await page.goto('/category/made-up');
  await expect(shop.booksOf(page)).toHaveCount(STRANGE.length);
  await look(page, 'category-strange');
  await beginSession(page);
  for (const { id, title } of STRANGE) {
    await page.goto(`/books/${id}`);
    await expect(shop.heading(page, title)).toBeVisible();
    await look(page, `book-${id.replace('made-up-', '')}`);
    await shop.add(page);
  }
  await shop.openCart(page);
  await look(page, 'cart-strange');
  await shop.openCheckout(page);
  await look(page, 'checkout-strange');
  await shop.fillIn(page);
  await shop.payButton(page).click();
  await shop.placedOrder(page);
  await look(page, 'order-strange');
  await shop.openOrders(page);
  await look(page, 'orders-strange');
  await page.goto('/search?q=number+author');
  await look(page, 'search-strange');
});

test('a category with one book, and one with a thousand', async ({ page }) => {
  await page.goto('/category/made-up-alone');
  await expect(shop.booksOf(page)).toHaveCount(1);
  await expect(page.getByText('1 book', { exact: true })).toBeVisible();
  await look(page, 'category-one');
  await page.goto('/category/made-up-many');
  await expect(page.getByText(/^1,000 books|^1000 books/)).toBeVisible();
  await expect(shop.booksOf(page).first()).toBeVisible();
  const first = await shop.booksOf(page).count();
  for (let pages = 2; pages <= 4; ++pages) {
    await shop.moreBooks(page).click();
    await expect(shop.booksOf(page)).toHaveCount(first * pages);
    const newest = shop.booksOf(page).nth(first * (pages - 1));
    await expect(newest.getByRole('link')).toBeFocused();
  }
  const titles = await shop.booksOf(page).getByRole('link').allTextContents();
  expect(new Set(titles).size).toBe(titles.length);
  await look(page, 'category-many');
});

test(`a cart of one line, and of ${LINES_MAX.toString()}`, async ({ page }) => {
  test.slow();
  await page.goto('/');
  await beginSession(page);
  const books = await someBooks(page, LINES_MAX, 'made-up-many');
  for (const [index, { id }] of books.entries()) {
    await addByApi(page, id, 1);
    if (index > 0) continue;
    await page.goto('/cart');
    await expect(shop.cartLines(page)).toHaveCount(1);
    await look(page, 'cart-one');
  }
  await page.goto('/cart');
  await expect(shop.cartLines(page)).toHaveCount(LINES_MAX);
  await expect(shop.cartLink(page)).toContainText(LINES_MAX.toString());
  await look(page, 'cart-many');
  const order = await shop.buy(page);
  await look(page, 'order-many');
  expect(await shop.openOrders(page)).toEqual([order]);
  await look(page, 'orders-one');
});

test('orders go on over more than one page', async ({ page }) => {
  await page.goto('/');
  await beginSession(page);
  const [book] = await someBooks(page, 1, 'made-up-many');
  if (!book) throw new Error('there is no made-up book');
  const count = 30;
  for (let index = 0; index < count; ++index) await orderByApi(page, book);
  const first = await shop.openOrders(page);
  expect(first.length).toBeLessThan(count);
  await shop.olderOrders(page).click();
  await expect(shop.orderLinks(page)).toHaveCount(count);
  await expect(shop.orderLinks(page).nth(first.length)).toBeFocused();
  await look(page, 'orders-many');
});
