import { cleanup, fireEvent, screen, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { meet } from '../../shared/regions';
import { freshBrowser, haveSession, open, price, problem, shop } from '../../shared/testing';
import { Component as OrderDetailPage } from './OrderDetailPage';
import { Component as OrdersPage } from './OrdersPage';

freshBrowser();

const stale = { 'Perpetua-Stale': 'eu-west-1' };
const order = (id: string) => ({
  id,
  placedAt: '2025-01-07T10:00:00Z',
  region: 'eu-west-1',
  lines: [
    {
      bookId: 'dune',
      title: 'Dune',
      authors: ['Frank Herbert'],
      category: 'science-fiction',
      quantity: 2,
      price,
      total: { amount: 2000, currency: 'EUR' },
    },
  ],
  total: price,
  durability: 'local',
});
const openAt = (path: string) =>
  open(path, [
    { path: '/orders', element: <OrdersPage /> },
    { path: '/orders/:id', element: <OrderDetailPage /> },
  ]);

test('orders are listed, older ones on demand, and the focus goes on to them', async () => {
  shop({
    'GET /orders': {
      body: { items: [order('or_1')] },
      headers: { Link: '</api/orders?cursor=c>; rel="next"' },
    },
    'GET /orders?cursor=c': { body: { items: [order('or_2')] } },
  });
  openAt('/orders');
  fireEvent.click(await screen.findByRole('button', { name: 'Older orders' }));
  await screen.findByText('2 books', { selector: 'ul + ul *' });
  const links = screen.getAllByRole('link').map((link) => link.getAttribute('href'));
  expect(links).toEqual(['/orders/or_1', '/orders/or_2']);
  expect(document.activeElement?.getAttribute('href')).toBe('/orders/or_2');
});

test('who has ordered nothing is told so, and a stranger without asking', async () => {
  shop({ 'GET /orders': { body: { items: [] } } });
  openAt('/orders');
  await screen.findByText('You have not ordered anything yet.');
  cleanup();
  haveSession(false);
  const sent = shop({});
  openAt('/orders');
  await screen.findByText('You have not ordered anything yet.');
  expect(sent).toEqual([]);
});

test('a list without the latest of a region says so', async () => {
  meet('eu-west-1', 'Ireland');
  shop({ 'GET /orders': { body: { items: [] }, headers: stale } });
  openAt('/orders');
  await screen.findByText(/^Ireland cannot be reached at the moment/);
});

test('orders that cannot be read are not none', async () => {
  for (const [reply, text] of [
    [new Error('down'), 'The shop does not answer at the moment.'],
    [problem(401, 'unauthenticated'), /^Your session has ended/],
  ] as const) {
    shop({ 'GET /orders': reply });
    openAt('/orders');
    await screen.findByText(text);
    expect(screen.queryByText('You have not ordered anything yet.')).toBeNull();
    cleanup();
  }
});

test('an order tells who has taken it, in words for people', async () => {
  meet('eu-west-1', 'Ireland');
  shop({ 'GET /orders/or_1': { body: order('or_1') } });
  openAt('/orders/or_1');
  await screen.findByText(/^Taken by Ireland. Held by Ireland so far/);
  screen.getByRole('link', { name: 'Dune' });
  expect(screen.queryByText('Thank you. Your order is placed.')).toBeNull();
});

test('an order that has just been placed is confirmed, with what comes next', async () => {
  shop({ 'GET /orders/or_1': { body: order('or_1') } });
  const { router } = openAt('/orders');
  await router.navigate('/orders/or_1', { state: { isPlaced: true } });
  const status = (await screen.findByText('Thank you. Your order is placed.')).closest('[role]');
  expect(status?.getAttribute('role')).toBe('status');
  screen.getByText(/^We pack your books now/);
});

test('a receipt has all that it takes, and prints', async () => {
  const print = vi.fn();
  vi.stubGlobal('print', print);
  shop({
    'GET /orders/or_1': {
      body: {
        ...order('or_1'),
        shipTo: {
          name: 'Ada Example',
          street: '12 Main Street',
          postcode: 'D02 X285',
          city: 'Dublin',
          country: 'IE',
        },
        delivery: { method: 'express', price: { amount: 990, currency: 'EUR' } },
        payment: { brand: 'visa', last4: '4242' },
        total: { amount: 2990, currency: 'EUR' },
      },
    },
  });
  openAt('/orders/or_1');
  const table = within(await screen.findByRole('table'));
  for (const name of [
    'Dune Frank Herbert 2 × €10.00 2 €10.00 €20.00',
    'Express delivery €9.90',
    'Total €29.90',
  ])
    table.getByRole('row', { name });
  screen.getByText('Perpetua');
  expect(screen.getByText('or_1').tagName).toBe('CODE');
  const address = screen.getByText('Ada Example').closest('address');
  expect(address?.textContent).toBe('Ada Example12 Main StreetD02 X285 DublinIreland');
  screen.getByText('Express delivery, €9.90');
  screen.getByText('Visa ending in 4242');
  fireEvent.click(screen.getByRole('button', { name: 'Print receipt' }));
  expect(print).toHaveBeenCalledOnce();
});

test('an order of before there were addresses has none, nor covers of what is not known', async () => {
  const bare = { bookId: 'dune', title: 'dune', quantity: 2, price, total: price };
  const body = { ...order('or_1'), lines: [bare] };
  shop({ 'GET /orders/or_1': { body }, 'GET /orders': { body: { items: [body] } } });
  openAt('/orders/or_1');
  await screen.findByRole('table');
  for (const name of ['Goes to', 'Delivery', 'Paid with'])
    expect(screen.queryByText(name)).toBeNull();
  expect(document.querySelector('.cover-frame > *')).toBeNull();
  cleanup();
  openAt('/orders');
  await screen.findByText('2 books');
  expect(document.querySelector('.cover-frame > *')).toBeNull();
});

test('of an order with many titles a few are shown', async () => {
  const [line] = order('or_1').lines;
  const lines = Array.from({ length: 8 }, (_, index) => ({
    ...line,
    bookId: `b${index.toString()}`,
  }));
  shop({ 'GET /orders': { body: { items: [{ ...order('or_1'), lines }] } } });
  openAt('/orders');
  await screen.findByText('and 2 more');
  expect(document.querySelectorAll('.cover-frame > *')).toHaveLength(6);
});

test('an order that is not there may be with a region that cannot be reached', async () => {
  shop({ 'GET /orders/or_1': { ...problem(404, 'not-found'), headers: stale } });
  openAt('/orders/or_1');
  await screen.findByText('There is no such order of yours here.');
  await screen.findByText(/^eu-west-1 cannot be reached at the moment/);
});
