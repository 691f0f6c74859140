import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  cartOf,
  cartReply,
  haveSession,
  ofPath,
  open,
  problem,
  shop as anyShop,
  freshBrowser,
  type Replies,
} from '../../shared/testing';
import { Component as CheckoutPage } from './CheckoutPage';
import { beginPurchase, openPurchase } from './purchase';

freshBrowser();

const ORDER = 'POST /orders';
const placed = { status: 201, body: { id: 'or_1', lines: [] } };
const unknown = problem(503, 'unavailable', { outcome: 'unknown' });
const shop = (orders: Replies, cart: Replies = cartReply(cartOf(2))) =>
  anyShop({ 'GET /cart': cart, [ORDER]: orders });

const page = { path: '/checkout', element: <CheckoutPage /> };
const openPage = () =>
  open('/checkout', [
    page,
    { path: '/', element: <p>home</p> },
    { path: '/orders/:id', element: <p>placed</p> },
  ]);
const button = (name: string) => screen.findByRole('button', { name });
const pay = () => button('Pay €20.00');
const keysOf = (sent: { headers: Headers }[]) =>
  sent.map(({ headers }) => headers.get('Idempotency-Key'));

test('a double click is one order, of the cart that the buyer saw', async () => {
  const sent = shop(placed);
  openPage();
  const toPay = await pay();
  act(() => {
    toPay.click();
    toPay.click();
  });
  await screen.findByText('placed');
  const orders = ofPath(sent, ORDER);
  expect(orders).toHaveLength(1);
  expect(orders[0]?.headers.get('If-Match')).toBe('"e"');
  expect(orders[0]?.body).toEqual({});
  expect(openPurchase('ca')).toBeUndefined();
});

test('a click while the page of the order loads is no second order', async () => {
  const sent = shop(placed);
  const never = () => new Promise<never>(() => undefined);
  open('/checkout', [page, { path: '/orders/:id', lazy: never }]);
  const toPay = await pay();
  fireEvent.click(toPay);
  await screen.findByText('Thank you. Your order is placed.');
  fireEvent.click(toPay);
  expect(screen.queryByRole('button')).toBeNull();
  expect(screen.getByRole('link', { name: 'See your order' }).getAttribute('href')).toBe(
    '/orders/or_1',
  );
  expect(ofPath(sent, ORDER)).toHaveLength(1);
});

test('what is bought is the cart as it is now, not as it was read before', async () => {
  const sent = shop(placed, [cartReply(cartOf(1)), cartReply(cartOf(2, { etag: '"new"' }))]);
  const { router } = openPage();
  await button('Pay €10.00');
  await router.navigate('/');
  await screen.findByText('home');
  await router.navigate('/checkout');
  fireEvent.click(await pay());
  await screen.findByText('placed');
  expect(ofPath(sent, ORDER)[0]?.headers.get('If-Match')).toBe('"new"');
});

test('a cart that has changed is said and shown, and the next try has another key', async () => {
  const sent = shop(
    [problem(412, 'etag-mismatch'), placed],
    [cartReply(cartOf(2)), cartReply(cartOf(3, { etag: '"new"' }))],
  );
  openPage();
  fireEvent.click(await pay());
  await screen.findByText(/Your cart, or a price in it, has changed/);
  fireEvent.click(await button('Pay €30.00'));
  await screen.findByText('placed');
  const [first, second] = ofPath(sent, ORDER);
  expect(second?.headers.get('If-Match')).toBe('"new"');
  expect(first?.headers.get('Idempotency-Key')).not.toBe(second?.headers.get('Idempotency-Key'));
});

test('what is sold out is named, with what is left', async () => {
  shop(problem(409, 'sold-out', { lines: [{ bookId: 'dune', available: 1 }] }));
  openPage();
  fireEvent.click(await pay());
  await screen.findByText('Dune: 1 left');
});

test('an unknown outcome is kept over a reload, and asked again with the same key', async () => {
  const before = shop(unknown);
  openPage();
  fireEvent.click(await pay());
  await button('Ask again');
  cleanup();
  // Another cart by now: what was asked is shown and asked, not that.
  const after = shop(placed, cartReply(cartOf(1, { etag: '"new"' })));
  openPage();
  await screen.findByText('2 × Dune');
  fireEvent.click(await button('Ask again'));
  await screen.findByText('placed');
  const orders = ofPath([...before, ...after], ORDER);
  expect(new Set(keysOf(orders)).size).toBe(1);
  expect(orders.at(-1)?.headers.get('If-Match')).toBe('"e"');
});

test('asking again twice at once is asking once', async () => {
  beginPurchase(cartOf(2));
  const sent = shop(placed);
  openPage();
  const ask = await button('Ask again');
  act(() => {
    ask.click();
    ask.click();
  });
  await screen.findByText('placed');
  expect(ofPath(sent, ORDER)).toHaveLength(1);
});

test('a refusal of unknown outcome keeps the key, and says what the region says', async () => {
  const sent = shop([problem(412, 'etag-mismatch', { outcome: 'unknown' }), placed]);
  openPage();
  fireEvent.click(await pay());
  await screen.findByText(/Your cart, or a price in it, has changed/);
  fireEvent.click(await button('Ask again'));
  await screen.findByText('placed');
  expect(new Set(keysOf(ofPath(sent, ORDER))).size).toBe(1);
});

test('a buyer may leave an open order, and order something else', async () => {
  const sent = shop([unknown, unknown, unknown, unknown, placed]);
  openPage();
  fireEvent.click(await pay());
  fireEvent.click(await button('Leave it'));
  fireEvent.click(await pay());
  await screen.findByText('placed');
  const keys = keysOf(ofPath(sent, ORDER));
  expect(keys.at(-1)).not.toBe(keys[0]);
});

test('an order that a reload found open can be left as well', async () => {
  beginPurchase(cartOf(7));
  shop(placed);
  openPage();
  fireEvent.click(await button('Leave it'));
  await pay();
});

test('what another tab has begun is shown before anything is sent', async () => {
  const sent = shop(placed);
  openPage();
  const toPay = await pay();
  const { idempotencyKey } = beginPurchase(cartOf(7));
  fireEvent.click(toPay);
  await screen.findByText('7 × Dune');
  expect(ofPath(sent, ORDER)).toHaveLength(0);
  fireEvent.click(await button('Ask again'));
  await screen.findByText('placed');
  expect(keysOf(ofPath(sent, ORDER))).toEqual([idempotencyKey]);
});

test('a session that has ended is said, and the order stays open', async () => {
  const sent = shop(problem(401, 'unauthenticated'));
  openPage();
  fireEvent.click(await pay());
  await screen.findByText(/Your session has ended/);
  await button('Ask again');
  expect(sent.filter(({ path }) => path === '/session')).toEqual([]);
  expect(openPurchase('ca')).toBeDefined();
});

test('a cart that cannot be read is not an empty one', async () => {
  shop(placed, [
    new Error('x'),
    new Error('x'),
    new Error('x'),
    new Error('x'),
    cartReply(cartOf(2)),
  ]);
  openPage();
  await screen.findByText('The shop does not answer at the moment.');
  expect(screen.queryByText('There is nothing to pay for.')).toBeNull();
  fireEvent.click(await button('Try again'));
  await pay();
});

test('an empty cart, and a stranger, have nothing to pay for', async () => {
  shop(placed, cartReply(cartOf(0)));
  openPage();
  await screen.findByText('There is nothing to pay for.');
  cleanup();
  haveSession(false);
  const sent = shop(placed);
  openPage();
  await screen.findByText('There is nothing to pay for.');
  expect(sent).toEqual([]);
});
