import { expect } from '@playwright/test';
import { look, OF_THE_NETWORK, test } from './look';
import { flagOf, IRELAND } from './regions';
import { beginSession, orderByApi, someBooks } from './session';
import * as shop from './shop';

const NOT_THERE = /status of 404/;

test('a search finds books, and nothing, and what was asked is in the address', async ({
  page,
}) => {
  await page.goto('/');
  const field = page.getByRole('searchbox', { name: 'Search for books' });
  await field.fill('fairy');
  await field.press('Enter');
  await expect(shop.heading(page, 'Books for “fairy”')).toBeVisible();
  await expect(shop.booksOf(page).first()).toBeVisible();
  await look(page, 'search');
  await page.reload();
  await expect(field).toHaveValue('fairy');
  await expect(shop.booksOf(page).first()).toBeVisible();

  await field.fill('xyzzy');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page.getByText('Nothing was found for “xyzzy”.')).toBeVisible();
  await look(page, 'search-nothing');
  await page.goBack();
  await expect(field).toHaveValue('fairy');
  await shop.openBook(page);

  await page.goto('/search');
  await expect(page.getByText(/^A few letters of a title/)).toBeVisible();
  await look(page, 'search-empty');
});

test('best sellers are what was sold', async ({ page }) => {
  await page.goto('/');
  await beginSession(page);
  const [book] = await someBooks(page, 1, 'woodwork');
  if (!book) throw new Error('there is no book on woodwork');
  await orderByApi(page, book);
  // The view follows the orders.
  await expect(async () => {
    await page.goto('/best-sellers');
    await expect(page.locator(`main a[href="/books/${book.id}"]`)).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await look(page, 'best-sellers');
});

test.describe('what is not there', () => {
  test.use({ forgiven: NOT_THERE });

  for (const [name, path, text] of [
    ['page', '/no/such/page', 'There is nothing here'],
    ['book', '/books/no-such-book', 'There is no such book here.'],
    ['order', `/orders/or_${'0'.repeat(40)}`, 'There is no such order of yours here.'],
    ['category', '/category/no-such-category', 'There are no books here.'],
  ] as const)
    test(`a ${name} that is not there says so`, async ({ page }) => {
      await page.goto('/');
      await beginSession(page);
      const answer = await page.goto(path);
      if (name === 'page') expect(answer?.status()).toBe(404);
      await expect(page.getByText(text)).toBeVisible();
      await look(page, `no-such-${name}`);
    });
});

test('without a cart and without orders there is a way to the books', async ({ page }) => {
  await page.goto('/cart');
  await expect(shop.emptyCart(page)).toBeVisible();
  await look(page, 'cart-empty');
  await page.goto('/checkout');
  await expect(shop.nothingToPay(page)).toBeVisible();
  await look(page, 'checkout-empty');
  await page.goto('/orders');
  await expect(shop.noOrders(page)).toBeVisible();
  await look(page, 'orders-empty');
});

test('the flag opens a note', async ({ page }) => {
  await page.goto('/');
  await flagOf(page, IRELAND).click();
  await expect(page.getByText(/^Every page says which region served it/)).toBeVisible();
  await look(page, 'region-note');
  await page.keyboard.press('Escape');
  await expect(page.getByText(/^Every page says which region served it/)).toBeHidden();
});

test.describe('without a network', () => {
  test.use({ forgiven: OF_THE_NETWORK });

  test('the shop says so, opens all the same, and goes on when it is back', async ({
    page,
    context,
  }) => {
    await page.goto('/');
    await page.getByRole('link', { name: /^Cookbooks/ }).waitFor();
    await page.evaluate(async () => navigator.serviceWorker.ready);
    await expect
      .poll(() => page.evaluate(async () => (await caches.keys()).length))
      .toBeGreaterThan(0);
    const notice = page.getByText(/^You are offline/);
    await context.setOffline(true);
    await expect(notice).toBeVisible();
    await look(page, 'offline');
    await page.getByRole('link', { name: /^Cookbooks/ }).click();
    await expect(
      page.getByText('This cannot be shown while you are offline.').first(),
    ).toBeVisible();
    await look(page, 'offline-category');
    await page.reload();
    await expect(notice).toBeVisible();
    await context.setOffline(false);
    await expect(notice).toBeHidden();
    const retry = page.getByRole('button', { name: 'Try again' });
    await retry.or(shop.booksOf(page).first()).first().waitFor();
    if (await retry.isVisible()) await retry.first().click();
    await expect(shop.booksOf(page).first()).toBeVisible();
  });
});

test.describe('a page that has come apart', () => {
  test.use({
    forgiven:
      /Failed to load resource|net::ERR_|dynamically imported module|Worker registration blocked/,
    serviceWorkers: 'block',
  });

  test('says so, and leaves the way to the others', async ({ page }) => {
    await page.route(/\/assets\/CartPage-[^/]*\.js$/, (route) => route.abort());
    await page.goto('/');
    await shop.cartLink(page).click();
    await expect(shop.heading(page, 'This page has come apart')).toBeVisible();
    await look(page, 'broken');
    await shop.bar(page).getByRole('link', { name: 'Orders' }).click();
    await expect(shop.noOrders(page)).toBeVisible();
  });
});
