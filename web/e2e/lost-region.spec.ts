import { expect, test, type Page } from '@playwright/test';
import { bringBack, flagOf, kill, untilServedFrom } from './shop';

const IRELAND = 'eu-west-1';
const SINGAPORE = 'ap-southeast-1';

async function addSomeBook(page: Page, shelf: RegExp): Promise<string> {
  await page.goto('/');
  await page.getByRole('link', { name: shelf }).click();
  const book = page.getByRole('article').first().getByRole('link');
  const title = (await book.textContent()) ?? '';
  await book.click();
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await expect(page.getByText('It is in your cart.')).toBeVisible();
  return title;
}

const toCart = (page: Page) => page.getByRole('banner').getByRole('link', { name: /Cart/ }).click();

/** Pays for what is in the cart; the number of the order. */
async function pay(page: Page): Promise<string> {
  await page.getByRole('link', { name: 'Checkout' }).click();
  await page.getByRole('button', { name: /^Pay / }).click();
  await expect(page.getByText('Thank you. Your order is placed.')).toBeVisible();
  return page.locator('code').innerText();
}

const ordersOf = async (page: Page) => {
  await page.getByRole('banner').getByRole('link', { name: 'Orders' }).click();
  await expect(page.getByRole('heading', { name: 'Your orders' })).toBeVisible();
  await expect(page.getByRole('main').getByRole('listitem').first()).toBeVisible();
  const links = await page.getByRole('main').getByRole('listitem').getByRole('link').all();
  return Promise.all(
    links.map(async (link) => (await link.getAttribute('href'))?.split('/').pop()),
  );
};

test('Ireland is lost: the same cart, the same orders, and one goes on buying', async ({
  page,
}) => {
  await untilServedFrom(page, IRELAND);
  await addSomeBook(page, /^Cookbooks \d/);
  await toCart(page);
  const before = await pay(page);
  const title = await addSomeBook(page, /^Database \d/);
  await expect(flagOf(page, IRELAND)).toBeVisible();

  kill(IRELAND);
  try {
    await toCart(page);
    await expect(page.getByRole('link', { name: title })).toBeVisible();
    await expect(flagOf(page, SINGAPORE)).toBeVisible();
    await page.reload();
    await expect(page.getByRole('link', { name: title })).toBeVisible();
    await expect(flagOf(page, SINGAPORE)).toBeVisible();
    expect(await ordersOf(page)).toEqual([before]);
    await toCart(page);
    const meanwhile = await pay(page);
    await expect(page.getByText(/^Taken by /)).toBeVisible();
    expect(await ordersOf(page)).toEqual([meanwhile, before]);
    await expect(flagOf(page, SINGAPORE)).toBeVisible();

    bringBack();
    await untilServedFrom(page, IRELAND);
    expect(await ordersOf(page)).toEqual([meanwhile, before]);
    await toCart(page);
    await expect(page.getByText('Your cart is empty.')).toBeVisible();
  } finally {
    bringBack();
  }
});
