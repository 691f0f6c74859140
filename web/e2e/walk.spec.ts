import { expect } from '@playwright/test';
import { look, test } from './look';
import { flagOf, IRELAND } from './regions';
import { cartOf, ordersOf } from './session';
import * as shop from './shop';

const TOTAL = '.price';

async function pricesOf(page: Parameters<typeof shop.booksOf>[0]): Promise<number[]> {
  const texts = await shop.booksOf(page).locator(TOTAL).allTextContents();
  return texts.map((text) => Number(text.replace(/[^\d.]/g, '')));
}

test('a book is found, bought, found again and bought again', async ({ page }) => {
  await page.goto('/');
  await expect(shop.heading(page)).toBeVisible();
  await expect(flagOf(page, IRELAND)).toBeVisible();
  await page.getByRole('link', { name: /^Cookbooks/ }).waitFor();
  await look(page, 'home');

  await shop.openCategory(page, 'Cookbooks');
  await look(page, 'category');
  const before = await pricesOf(page);
  const sorted = before.toSorted((a, b) => a - b);
  await page.getByLabel('Sort by').selectOption('Price, lowest first');
  await expect.poll(() => pricesOf(page)).toEqual(sorted);
  expect(sorted).not.toEqual(before);
  await page.reload(); // each page is an address of its own
  await expect.poll(() => pricesOf(page)).toEqual(sorted);
  await expect(page.getByLabel('Sort by')).toHaveValue('price');

  const title = await shop.openBook(page);
  await shop.quantity(page).selectOption('2');
  await shop.add(page);
  await expect(shop.bar(page).getByText('2 in the cart')).toBeAttached();
  await look(page, 'book');

  await shop.openCart(page);
  await expect(shop.lineOf(page, title)).toBeVisible();
  await shop.quantityOf(page, title).selectOption('3');
  await expect.poll(() => cartOf(page)).toEqual({ [title]: 3 });
  await expect(shop.quantityOf(page, title)).toHaveValue('3');
  await look(page, 'cart');

  await shop.openCheckout(page);
  await expect(shop.lineToPay(page, 3, title)).toBeVisible();
  await look(page, 'checkout');
  await page.reload();
  await expect(shop.lineToPay(page, 3, title)).toBeVisible();
  await shop.fillIn(page);
  await look(page, 'checkout-filled');
  await shop.payButton(page).click();
  const order = await shop.placedOrder(page);
  await look(page, 'confirmation');
  await page.reload();
  await expect(shop.lineOfOrder(page, 3, title)).toBeVisible();

  await shop.allOrders(page).click();
  await expect(shop.orderLinks(page)).toHaveCount(1);
  await look(page, 'orders');
  await shop.orderLinks(page).click();
  await expect(shop.lineOfOrder(page, 3, title)).toBeVisible();
  await look(page, 'order');

  await shop.openCart(page);
  await expect(shop.emptyCart(page)).toBeVisible();
  await page.reload();
  await expect(shop.emptyCart(page)).toBeVisible();

  expect(await shop.openOrders(page)).toEqual([order]);
  await shop.buyAgain(page).click();
  await expect(shop.heading(page, 'Your cart')).toBeVisible();
  await expect(shop.lineOf(page, title)).toBeVisible();
  await expect.poll(() => cartOf(page)).toEqual({ [title]: 3 });
  const again = await shop.buy(page);
  expect(await shop.openOrders(page)).toEqual([again, order]);
  expect((await ordersOf(page)).map(({ id }) => id)).toEqual([again, order]);
});
