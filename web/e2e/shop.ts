/** The shop's pages as a buyer uses them: what they call things stands here alone. */
import { expect, type Locator, type Page } from '@playwright/test';

export const THANKS = 'Thank you. Your order is placed.';
/** What is said while nobody knows whether an order was placed. */
export const PENDING = /^We do not know yet whether this order went through/;
/** What is said of an order that waits for the network. */
export const WAITING = /^You are offline\. Your order goes out by itself/;

export const bar = (page: Page): Locator => page.getByRole('banner');
const main = (page: Page): Locator => page.getByRole('main');

export const heading = (page: Page, name?: string | RegExp): Locator =>
  page.getByRole('heading', { level: 1, ...(name === undefined ? {} : { name }) });

/** Books of a category or a search, in their sequence. */
export const booksOf = (page: Page): Locator => main(page).getByRole('article');
export const moreBooks = (page: Page): Locator => page.getByRole('button', { name: 'More books' });
export const titleOf = async (book: Locator): Promise<string> =>
  (await book.getByRole('link').textContent()) ?? '';

export async function openCategory(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: new RegExp(`^${name} \\d`) }).click();
  await expect(heading(page, name)).toBeVisible();
  await expect(booksOf(page).first()).toBeVisible();
}

/** Opens a book of the list; its title. */
export async function openBook(page: Page, index = 0): Promise<string> {
  const book = booksOf(page).nth(index);
  const title = await titleOf(book);
  await book.getByRole('link').click();
  await expect(heading(page, title)).toBeVisible();
  return title;
}

export const quantity = (page: Page): Locator => page.getByLabel('Quantity');
export const addButton = (page: Page): Locator => page.getByRole('button', { name: 'Add to cart' });
export const linkToCart = (page: Page): Locator =>
  page.getByRole('main').getByRole('link', { name: 'To the cart' });
export const isAdded = (page: Page): Locator => page.getByText('It is in your cart.');

export async function add(page: Page): Promise<void> {
  await addButton(page).click();
  await expect(isAdded(page)).toBeVisible();
}

/** From the front page: a book of a category into the cart; its title. */
export async function addBookOf(page: Page, category: string, index = 0): Promise<string> {
  await page.goto('/');
  await openCategory(page, category);
  const title = await openBook(page, index);
  await add(page);
  return title;
}

export const cartLink = (page: Page): Locator => bar(page).getByRole('link', { name: /^Cart/ });

export async function openCart(page: Page): Promise<void> {
  await cartLink(page).click();
  await expect(heading(page, 'Your cart')).toBeVisible();
}

export const cartLines = (page: Page): Locator => main(page).locator('li.cart-line');
export const lineOf = (page: Page, title: string): Locator =>
  main(page)
    .getByRole('listitem')
    .filter({ has: page.getByRole('link', { name: title }) });
export const quantityOf = (page: Page, title: string): Locator =>
  page.getByLabel(`Quantity of ${title}`);
export const removeButton = (page: Page, title: string): Locator =>
  page.getByRole('button', { name: `Remove ${title}` });
export const emptyCart = (page: Page): Locator => page.getByText('Your cart is empty.');

export const checkoutLink = (page: Page): Locator =>
  main(page).getByRole('link', { name: 'Checkout' });

/** From the cart. */
export async function openCheckout(page: Page): Promise<void> {
  await checkoutLink(page).click();
  await expect(heading(page, 'Checkout')).toBeVisible();
}

export const payButton = (page: Page): Locator => page.getByRole('button', { name: /^Pay / });
export const askButton = (page: Page): Locator => page.getByRole('button', { name: 'Ask again' });
export const nothingToPay = (page: Page): Locator => page.getByText('There is nothing to pay for.');

/** A line as checkout has it. */
export const lineToPay = (page: Page, count: number, title: string): Locator =>
  main(page).getByText(`${count.toString()} × ${title}`);
/** A line as an order's own page has it. */
export const lineOfOrder = (page: Page, count: number, title: string): Locator =>
  main(page)
    .locator('tr')
    .filter({ has: page.getByRole('link', { name: title }), hasText: `${count.toString()} ×` });

export const ADDRESS = {
  'Full name': 'Ada Lovelace',
  'Street and number': '12 St James’s Square',
  Postcode: 'D02 XY45',
  Town: 'Dublin',
};
export const testCardButton = (page: Page): Locator =>
  page.getByRole('button', { name: 'Fill in the test card' });
export const wayOf = (page: Page, name: RegExp): Locator => page.getByRole('radio', { name });
export const fieldFaults = (page: Page): Locator => page.getByText('This is needed.');

/** Everything that checkout asks for. */
export async function fillIn(page: Page): Promise<void> {
  for (const [label, text] of Object.entries(ADDRESS))
    await page.getByRole('textbox', { name: label }).fill(text);
  await testCardButton(page).click();
}

export const thanks = (page: Page): Locator => page.getByText(THANKS);

/** The number of the order whose confirmation is shown. */
export async function placedOrder(page: Page): Promise<string> {
  await expect(page).toHaveURL(/\/orders\/or_/); // checkout says it too, until that page is there
  await expect(thanks(page)).toBeVisible();
  return new URL(page.url()).pathname.split('/').pop() ?? '';
}

/** Of the order that is said to be placed, here or in another tab: checkout links to it then. */
const numberSaid = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => {
    const link = document.querySelector<HTMLAnchorElement>('main a[href^="/orders/or_"]');
    return [location.pathname, link?.pathname]
      .map((path) => path?.match(/or_\w+/)?.[0])
      .find(Boolean);
  });

/** Where Pay led to in the end: the number of the order, or that there is nothing to pay for. */
export async function endOfPayment(page: Page): Promise<string> {
  const isOver = nothingToPay(page).or(emptyCart(page));
  await expect(thanks(page).or(isOver).or(askButton(page)).first()).toBeVisible();
  if (await askButton(page).isVisible()) await askButton(page).click();
  // One page gives way to the next meanwhile, and between them nothing is said.
  let outcome: string | undefined;
  await expect
    .poll(async () => {
      const isNothing = await isOver.first().isVisible();
      outcome = (await numberSaid(page)) ?? (isNothing ? 'nothing to pay' : undefined);
      return outcome;
    })
    .toBeDefined();
  return outcome ?? '';
}

/** From the cart: pays for what is in it; the number of the order. */
export async function buy(page: Page): Promise<string> {
  await openCheckout(page);
  await fillIn(page);
  await payButton(page).click();
  return placedOrder(page);
}

/** All of them as the shop's own page lists them, the newest first. */
export async function openOrders(page: Page): Promise<string[]> {
  await bar(page).getByRole('link', { name: 'Orders' }).click();
  await expect(heading(page, 'Your orders')).toBeVisible();
  await expect(main(page).locator('.loading')).toHaveCount(0);
  await expect(orderLinks(page).first().or(noOrders(page))).toBeVisible();
  const links = await orderLinks(page).all();
  const addresses = await Promise.all(links.map((link) => link.getAttribute('href')));
  return addresses.map((address) => address?.split('/').pop() ?? '');
}

export const orderLinks = (page: Page): Locator => main(page).locator('a[href^="/orders/or_"]');
export const noOrders = (page: Page): Locator =>
  page.getByText('You have not ordered anything yet.');
export const allOrders = (page: Page): Locator => page.getByRole('link', { name: 'All orders' });
export const olderOrders = (page: Page): Locator =>
  page.getByRole('button', { name: 'Older orders' });
export const buyAgain = (page: Page): Locator => page.getByRole('button', { name: /^Buy again/ });
