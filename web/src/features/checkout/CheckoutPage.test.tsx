import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
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
const inYen = { method: 'ship', price: { amount: 9, currency: 'JPY' }, daysMin: 9, daysMax: 9 };
const express = {
  method: 'express',
  price: { amount: 890, currency: 'EUR' },
  daysMin: 1,
  daysMax: 1,
};
const standard = {
  method: 'standard',
  price: { amount: 390, currency: 'EUR' },
  daysMin: 2,
  daysMax: 4,
};
const WAYS = { body: { items: [inYen, standard, express] } };
const shop = (orders: Replies, cart: Replies = cartReply(cartOf(2)), ways: Replies = WAYS) =>
  anyShop({ 'GET /cart': cart, 'GET /delivery': ways, [ORDER]: orders });

const page = { path: '/checkout', element: <CheckoutPage /> };
const openPage = () =>
  open('/checkout', [
    page,
    { path: '/', element: <p>home</p> },
    { path: '/orders/:id', element: <p>placed</p> },
  ]);
const button = (name: string) => screen.findByRole('button', { name });
const fill = (label: RegExp | string, value: string) => {
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
};
/** The form, filled in; the button that sends it. */
async function pay(total = '€23.90') {
  const toPay = await button(`Pay ${total}`);
  fill('Full name', 'Ada Lovelace');
  fill('Street and number', '12 St James’s Square');
  fill('Postcode', 'D02');
  fill('Town', 'Dublin');
  fireEvent.click(await button('Fill in the test card'));
  return toPay;
}
const details = {
  shipTo: {
    name: 'Ada Lovelace',
    street: '12 St James’s Square',
    postcode: 'D02',
    city: 'Dublin',
    country: 'IE',
  },
  delivery: { method: 'standard', price: standard.price },
  payment: { brand: 'visa' as const, last4: '4242' },
};
/** One that another page began so long ago that nobody waits for it. */
function beganLongAgo(quantity: number) {
  vi.spyOn(Date, 'now').mockReturnValueOnce(1);
  return beginPurchase(cartOf(quantity), details);
}
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
  expect(orders[0]?.body).toEqual(details);
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
  await button('Pay €13.90');
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
  fireEvent.click(await button('Pay €33.90')); // the card is still there
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
  await screen.findByText('placed'); // without being told to
  const orders = ofPath([...before, ...after], ORDER);
  expect(orders.at(-1)?.body).toEqual(details);
  expect(new Set(keysOf(orders)).size).toBe(1);
  expect(orders.at(-1)?.headers.get('If-Match')).toBe('"e"');
});

test('asking again twice at once is asking once', async () => {
  beganLongAgo(2);
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

test('an order that was left long ago is not sent without a word, and can be left for good', async () => {
  beganLongAgo(7);
  const sent = shop(placed);
  openPage();
  fireEvent.click(await button('Leave it'));
  await pay();
  expect(ofPath(sent, ORDER)).toEqual([]);
});

test('what another tab has begun is shown before anything is sent', async () => {
  const sent = shop(placed);
  openPage();
  const toPay = await pay();
  const { idempotencyKey } = beganLongAgo(7);
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

test('what is missing or wrong is said at its field, and the first of them gets the focus', async () => {
  const sent = shop(placed);
  openPage();
  fireEvent.click(await button('Pay €23.90'));
  await screen.findByText('7 fields above are not right yet.');
  const name = screen.getByLabelText('Full name');
  await waitFor(() => {
    expect(document.activeElement).toBe(name);
  });
  expect(screen.getAllByText('This is needed.')).toHaveLength(7);
  const saidBy = name.getAttribute('aria-describedby') ?? '';
  expect(document.getElementById(saidBy)?.textContent).toBe('This is needed.');
  fill('Full name', 'Ada');
  expect(screen.getAllByText('This is needed.')).toHaveLength(6);
  expect(sent.filter(({ method }) => method === 'POST')).toEqual([]);
});

test('a field says what is wrong when it is left, not while it is typed in', async () => {
  shop(placed);
  openPage();
  await button('Pay €23.90');
  const number = screen.getByLabelText('Card number');
  fill('Card number', '4242424242424241');
  expect((number as HTMLInputElement).value).toBe('4242 4242 4242 4241');
  expect(screen.queryByText(/^This is not the number of a card/)).toBeNull();
  fireEvent.blur(number);
  screen.getByText(/^This is not the number of a card/);
  fill('Card number', '4242 4242 4242 4242');
  expect(screen.queryByText(/^This is not the number of a card/)).toBeNull();
});

test('the card leaves the page in no request, and is kept nowhere', async () => {
  const sent = shop(unknown);
  openPage();
  const toPay = await pay();
  fill('Card number', '5555 5555 5555 4444');
  fill('Security code', '987');
  fireEvent.click(toPay);
  await button('Ask again');
  const kept = JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]);
  const said = JSON.stringify(sent.map(({ path, body }) => [path, body]));
  expect(said).toContain('"last4":"4444"');
  for (const text of [kept, said]) {
    expect(text.replace(/\D/g, '')).not.toContain('5555555555554444');
    // Alone: keys and times may have these digits among theirs.
    expect(text).not.toMatch(/(?<!\w)987(?!\w)/);
  }
});

test('the way of delivery is part of the total, and those of other currencies are not offered', async () => {
  const sent = shop(placed);
  openPage();
  await button('Pay €23.90');
  expect(screen.getAllByRole('radio')).toHaveLength(2);
  fireEvent.click(screen.getByLabelText(/In 1 working day/));
  fireEvent.click(await pay('€28.90'));
  await screen.findByText('placed');
  expect(ofPath(sent, ORDER)[0]?.body).toMatchObject({
    delivery: { method: 'express', price: { amount: 890, currency: 'EUR' } },
  });
});

test('a delivery that costs more by now is said, and shown at its new price', async () => {
  const dearer = { ...standard, price: { amount: 490, currency: 'EUR' } };
  shop([problem(409, 'price-changed', { pointer: '/delivery/price' })], undefined, [
    WAYS,
    { body: { items: [dearer] } },
  ]);
  openPage();
  fireEvent.click(await pay());
  await screen.findByText(/^The price of the delivery has changed/);
  await button('Pay €24.90');
});

test('a part of the address that the shop refuses is said at its field, until it is changed', async () => {
  shop(problem(400, 'validation', { pointer: '/shipTo/postcode' }));
  openPage();
  fireEvent.click(await pay());
  await screen.findByText('The shop does not take this. Look at it again.');
  expect(screen.getByLabelText('Postcode').getAttribute('aria-invalid')).toBe('true');
  fill('Postcode', 'D02 XY45');
  expect(screen.queryByText('The shop does not take this. Look at it again.')).toBeNull();
});

test('the address is kept over a reload, the card is not', async () => {
  shop(placed);
  openPage();
  await pay();
  cleanup();
  openPage();
  await button('Pay €23.90');
  expect((screen.getByLabelText('Town') as HTMLInputElement).value).toBe('Dublin');
  expect((screen.getByLabelText('Card number') as HTMLInputElement).value).toBe('');
});

test('without a network the order waits, and goes out once when there is one', async () => {
  const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(true);
  const sent = shop(placed);
  openPage();
  const toPay = await pay();
  online.mockReturnValue(false);
  fireEvent(window, new Event('offline'));
  fireEvent.click(toPay);
  await screen.findByText(/^You are offline\. Your order goes out by itself/);
  expect(ofPath(sent, ORDER)).toEqual([]);
  online.mockReturnValue(true);
  fireEvent(window, new Event('online'));
  await screen.findByText('placed');
  expect(ofPath(sent, ORDER)).toHaveLength(1);
});
