import { expect, type Page, type Route } from '@playwright/test';
import { OF_THE_NETWORK, test } from './look';
import { cartOf, ordersOf } from './session';
import * as shop from './shop';

test.use({ forgiven: OF_THE_NETWORK, viewport: { width: 390, height: 844 } });

const isOrder = (url: URL) => url.pathname === '/api/orders';

/** With a book in the cart, at checkout, all filled in; the book's title. */
async function atCheckout(page: Page): Promise<string> {
  const title = await shop.addBookOf(page, 'Woodwork');
  await shop.openCart(page);
  await shop.openCheckout(page);
  await shop.fillIn(page);
  return title;
}

/** One order of one copy: on the page of the orders, in the API, and nothing is left in the cart. */
async function expectOneOrder(page: Page, title: string): Promise<void> {
  const [only, ...others] = await ordersOf(page);
  expect(others).toEqual([]);
  expect(only?.lines).toMatchObject([{ title, quantity: 1 }]);
  expect(await shop.openOrders(page)).toEqual([only?.id]);
  await shop.openCart(page);
  await expect(shop.emptyCart(page)).toBeVisible();
  expect(await cartOf(page)).toEqual({});
}

const notOrdered = async (page: Page, title: string) => {
  expect(await ordersOf(page)).toEqual([]);
  expect(await cartOf(page)).toEqual({ [title]: 1 });
};

/** What becomes of a request for an order, until it is unrouted; reading orders goes on as ever. */
const onPay = (page: Page, meet: (route: Route) => Promise<unknown>) =>
  page.route(isOrder, (route) =>
    route.request().method() === 'POST' ? meet(route) : route.fallback(),
  );

/** What becomes of the requests for an order, until `end` is called: they never arrive, or their answers do not. */
async function cutOff(page: Page, what: 'requests' | 'answers') {
  const sent = { times: 0 };
  await onPay(page, async (route) => {
    ++sent.times;
    if (what === 'answers') await route.fetch();
    return route.abort('connectionreset');
  });
  return { sent, end: () => page.unroute(isOrder) };
}

test('a double click on Pay is one order', async ({ page }) => {
  const title = await atCheckout(page);
  await shop.payButton(page).dblclick();
  await shop.placedOrder(page);
  await expectOneOrder(page, title);
});

test('Pay pressed in two tabs is one order, and both say what is true', async ({
  page,
  context,
}) => {
  const title = await atCheckout(page);
  const other = await context.newPage();
  await other.goto('/checkout');
  await shop.fillIn(other);
  await Promise.all([shop.payButton(page).click(), shop.payButton(other).click()]);
  const ends = await Promise.all([page, other].map(shop.endOfPayment));
  await expectOneOrder(page, title);
  const [only] = await ordersOf(page);
  expect(ends).toContain(only?.id);
  for (const end of ends) expect(['nothing to pay', only?.id]).toContain(end);
});

test('Pay in a tab, after it was paid for in another, is no second order', async ({
  page,
  context,
}) => {
  const title = await atCheckout(page);
  const other = await context.newPage();
  await other.goto('/checkout');
  await shop.fillIn(other);
  await shop.payButton(other).click();
  const order = await shop.placedOrder(other);
  await shop.payButton(page).click();
  expect(['nothing to pay', order]).toContain(await shop.endOfPayment(page));
  await expectOneOrder(page, title);
});

test('back, after paying, does not lead to paying again', async ({ page }) => {
  const title = await atCheckout(page);
  await shop.payButton(page).click();
  await shop.placedOrder(page);
  await page.goBack();
  await expect(shop.payButton(page)).toHaveCount(0);
  await expect(shop.emptyCart(page).or(shop.nothingToPay(page))).toBeVisible();
  await page.goto('/checkout');
  await expect(shop.nothingToPay(page)).toBeVisible();
  await expectOneOrder(page, title);
});

test('a reload while the order is under way asks for the same order', async ({ page }) => {
  const title = await atCheckout(page);
  let arrived = () => {};
  const isUnderWay = new Promise<void>((resolve) => (arrived = resolve));
  let isFirst = true;
  await onPay(page, async (route) => {
    if (!isFirst) return route.fallback();
    isFirst = false;
    await route.fetch();
    arrived(); // and it is never answered
  });
  await shop.payButton(page).click();
  await isUnderWay;
  expect(await ordersOf(page)).toHaveLength(1);
  await page.reload();
  const [only] = await ordersOf(page);
  expect(await shop.endOfPayment(page)).toBe(only?.id);
  await expectOneOrder(page, title);
});

test('answers that are lost: the page does not know, asks again, and it is one order', async ({
  page,
}) => {
  const title = await atCheckout(page);
  const cut = await cutOff(page, 'answers');
  await shop.payButton(page).click();
  await expect(page.getByText(shop.PENDING)).toBeVisible();
  expect(cut.sent.times).toBeGreaterThan(1);
  const [only, ...others] = await ordersOf(page);
  expect(others).toEqual([]);
  await page.reload();
  await expect(page.getByText(shop.PENDING)).toBeVisible();
  await cut.end();
  await shop.askButton(page).click();
  expect(await shop.placedOrder(page)).toBe(only?.id);
  await expectOneOrder(page, title);
});

test('requests that do not arrive: nothing is ordered, nothing lost, and then it is one order', async ({
  page,
}) => {
  const title = await atCheckout(page);
  const cut = await cutOff(page, 'requests');
  await shop.payButton(page).click();
  await expect(page.getByText(shop.PENDING)).toBeVisible();
  await notOrdered(page, title);
  await cut.end();
  await shop.askButton(page).click();
  await shop.placedOrder(page);
  await expectOneOrder(page, title);
});

test('a reload in the middle, before the order has arrived anywhere, goes on with it', async ({
  page,
}) => {
  const title = await atCheckout(page);
  const cut = await cutOff(page, 'requests');
  await shop.payButton(page).click();
  await expect.poll(() => cut.sent.times).toBeGreaterThan(0);
  await page.reload();
  await notOrdered(page, title);
  await cut.end();
  expect(await shop.endOfPayment(page)).toMatch(/^or_/);
  await expectOneOrder(page, title);
});

test('a phone without its network before Pay: the order waits, and goes out once', async ({
  page,
  context,
}) => {
  const title = await atCheckout(page);
  await context.setOffline(true);
  await shop.payButton(page).click();
  await expect(page.getByText(shop.WAITING)).toBeVisible();
  await expect(shop.askButton(page)).toBeDisabled();
  await expect(shop.thanks(page)).toHaveCount(0);
  await context.setOffline(false);
  await shop.placedOrder(page);
  await expectOneOrder(page, title);
});

test('a phone that loses its network when the order has arrived: one order, told in the end', async ({
  page,
  context,
}) => {
  const title = await atCheckout(page);
  const cut = await cutOff(page, 'answers');
  await onPay(page, async (route) => {
    await context.setOffline(true);
    return route.fallback();
  });
  await shop.payButton(page).click();
  await expect(page.getByText(shop.WAITING)).toBeVisible();
  expect(cut.sent.times).toBeGreaterThan(0);
  await cut.end();
  await context.setOffline(false);
  const order = await shop.placedOrder(page);
  expect((await ordersOf(page)).map(({ id }) => id)).toEqual([order]);
  await expectOneOrder(page, title);
});

test('a phone that loses its network before the order arrives: it comes back and there is one', async ({
  page,
  context,
}) => {
  const title = await atCheckout(page);
  await onPay(page, async (route) => {
    await context.setOffline(true);
    return route.abort('internetdisconnected');
  });
  await shop.payButton(page).click();
  await expect(page.getByText(shop.WAITING)).toBeVisible();
  await page.unroute(isOrder);
  await page.reload(); // from what the browser has kept
  await context.setOffline(false);
  expect(await shop.endOfPayment(page)).toMatch(/^or_/);
  await expectOneOrder(page, title);
});

test('a book added without a network is in the cart once, and what was there is still there', async ({
  page,
  context,
}) => {
  const before = await shop.addBookOf(page, 'Woodwork');
  await page.goto('/');
  await shop.openCategory(page, 'Cookbooks');
  const title = await shop.openBook(page);
  await context.setOffline(true);
  await shop.addButton(page).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(shop.isAdded(page)).toHaveCount(0);
  await context.setOffline(false);
  await shop.add(page);
  expect(await cartOf(page)).toEqual({ [before]: 1, [title]: 1 });
});
