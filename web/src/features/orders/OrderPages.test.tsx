import { cleanup, fireEvent, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
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
  lines: [{ bookId: 'dune', title: 'Dune', quantity: 2, price, total: price }],
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
  screen.getByRole('link', { name: '2 × Dune' });
  expect(screen.queryByText('Thank you. Your order is placed.')).toBeNull();
});

test('an order that is not there may be with a region that cannot be reached', async () => {
  shop({ 'GET /orders/or_1': { ...problem(404, 'not-found'), headers: stale } });
  openAt('/orders/or_1');
  await screen.findByText('There is no such order of yours here.');
  await screen.findByText(/^eu-west-1 cannot be reached at the moment/);
});
