/** One order of one cart, also where the shop still shows, or shows again, what was ordered. */
import { act, fireEvent, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import {
  cartOf,
  cartReply,
  freshBrowser,
  ofPath,
  open,
  shop as anyShop,
  type Replies,
} from '../../shared/testing';
import { Component as CheckoutPage } from './CheckoutPage';
import { beginPurchase, purchasePlaced } from './purchase';

freshBrowser();

const ORDER = 'POST /orders';
const placed = { status: 201, body: { id: 'or_1', lines: [] } };
const down = new Error('down');
const standard = {
  method: 'standard',
  price: { amount: 390, currency: 'EUR' },
  daysMin: 2,
  daysMax: 4,
};
const shop = (orders: Replies, cart: Replies = cartReply(cartOf(2))) =>
  anyShop({ 'GET /cart': cart, 'GET /delivery': { body: { items: [standard] } }, [ORDER]: orders });
const openPage = () =>
  open('/checkout', [
    { path: '/checkout', element: <CheckoutPage /> },
    { path: '/orders/:id', element: <p>placed</p> },
  ]);
const fill = (label: string, value: string) => {
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
};
async function pay() {
  const toPay = await screen.findByRole('button', { name: /^Pay / });
  fill('Full name', 'Ada Lovelace');
  fill('Street and number', '12 St James’s Square');
  fill('Postcode', 'D02');
  fill('Town', 'Dublin');
  fireEvent.click(screen.getByRole('button', { name: 'Fill in the test card' }));
  fireEvent.click(toPay);
}
async function seesTheOrder() {
  const link = await screen.findByRole('link', { name: 'See your order' });
  expect(link.getAttribute('href')).toBe('/orders/or_1');
  expect(screen.queryByRole('button', { name: /^Pay / })).toBeNull();
}

test.each([
  ['cannot be read anew', down],
  ['comes from a region that has not heard of the order', cartReply(cartOf(2))],
])('on the way back, a cart that %s is not ordered once more', async (_, again) => {
  const sent = shop(placed, [cartReply(cartOf(2)), again]);
  const { router } = openPage();
  await pay();
  await screen.findByText('placed');
  await act(() => router.navigate('/checkout'));
  await seesTheOrder();
  expect(ofPath(sent, ORDER)).toHaveLength(1);
});

test('a cart that another tab has ordered is not ordered once more', async () => {
  const sent = shop(placed);
  openPage();
  await screen.findByRole('button', { name: /^Pay / });
  purchasePlaced('ca', beginPurchase(cartOf(2), {}), 'or_1');
  await pay();
  await seesTheOrder();
  expect(ofPath(sent, ORDER)).toEqual([]);
});

test('a cart that was filled anew since is another one', async () => {
  purchasePlaced('ca', beginPurchase(cartOf(2), {}), 'or_1');
  const sent = shop(placed, cartReply(cartOf(2, { etag: '"new"' })));
  openPage();
  await pay();
  await screen.findByText('placed');
  expect(ofPath(sent, ORDER)).toHaveLength(1);
});

test('a network that is back before the tries have ended is asked once more', async () => {
  const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(true);
  let breakOff: (why: Error) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => {
    breakOff = reject;
  });
  const sent = shop([lost, down, down, down, placed]);
  openPage();
  await pay();
  await vi.waitFor(() => {
    expect(ofPath(sent, ORDER)).toHaveLength(1);
  });
  for (const isOnline of [false, true]) {
    online.mockReturnValue(isOnline);
    fireEvent(window, new Event(isOnline ? 'online' : 'offline'));
  }
  breakOff(down);
  await screen.findByText('placed');
  const orders = ofPath(sent, ORDER);
  expect(orders).toHaveLength(5);
  expect(new Set(orders.map(({ headers }) => headers.get('Idempotency-Key'))).size).toBe(1);
});
