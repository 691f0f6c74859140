import { configureStore } from '@reduxjs/toolkit';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { I18nextProvider } from 'react-i18next';
import { Provider } from 'react-redux';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { api } from '../../shared/api/api';
import { i18n } from '../../shared/i18n';
import { Component as CheckoutPage } from './CheckoutPage';
import { openPurchase } from './purchase';

const price = { amount: 1000, currency: 'EUR' };
const cart = {
  id: 'ca',
  lines: [{ bookId: 'dune', title: 'Dune', quantity: 2, price, total: price, available: 9 }],
  total: { amount: 2000, currency: 'EUR' },
};
const problem = (status: number, slug: string, more: object = {}) => ({
  status,
  body: { type: `/problems/${slug}`, title: slug, status, detail: slug, ...more },
});

/** A shop whose answer to an order a test decides; the orders it was asked for. */
function shop(answer: { status: number; body: object }) {
  const orders: { key: string | null; body: string }[] = [];
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    if (path !== '/api/orders') return Promise.resolve(new Response(JSON.stringify(cart)));
    orders.push({ key: new Headers(init.headers).get('Idempotency-Key'), body: init.body as string });
    return Promise.resolve(new Response(JSON.stringify(answer.body), { status: answer.status }));
  });
  return orders;
}

function open() {
  const store = configureStore({
    reducer: { [api.reducerPath]: api.reducer },
    middleware: (defaults) => defaults().concat(api.middleware),
  });
  const router = createMemoryRouter(
    [
      { path: '/checkout', element: <CheckoutPage /> },
      { path: '/orders/:id', element: <p>placed</p> },
    ],
    { initialEntries: ['/checkout'] },
  );
  render(
    <Provider store={store}>
      <I18nextProvider i18n={i18n}>
        <RouterProvider router={router} />
      </I18nextProvider>
    </Provider>,
  );
}

const pay = async () => screen.findByRole('button', { name: 'Pay €20.00' });

beforeEach(() => {
  sessionStorage.clear();
  localStorage.setItem('perpetua.session', '1');
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test('a double click is one order, with the prices that the buyer saw', async () => {
  const orders = shop({ status: 201, body: { id: 'or_1', lines: [] } });
  open();
  const button = await pay();
  fireEvent.click(button);
  fireEvent.click(button);
  await screen.findByText('placed');
  expect(orders).toHaveLength(1);
  expect(JSON.parse(orders[0]?.body ?? '')).toEqual({ lines: [{ bookId: 'dune', quantity: 2, price }] });
  expect(openPurchase()).toBeUndefined();
});

test('a changed price is said, and the next try has another key', async () => {
  const orders = shop(problem(409, 'price-changed', { lines: [{ bookId: 'dune', price }] }));
  open();
  fireEvent.click(await pay());
  await screen.findByText(/A price has changed/);
  fireEvent.click(await pay());
  await vi.waitFor(() => {
    expect(orders).toHaveLength(2);
  });
  expect(orders[0]?.key).not.toBe(orders[1]?.key);
});

test('what is sold out is named, with what is left', async () => {
  shop(problem(409, 'sold-out', { lines: [{ bookId: 'dune', available: 1 }] }));
  open();
  fireEvent.click(await pay());
  await screen.findByText('Dune: 1 left');
});

test('an unknown outcome is kept over a reload, and asked again with the same key', async () => {
  const orders = shop(problem(503, 'unavailable', { outcome: 'unknown' }));
  open();
  fireEvent.click(await pay());
  await screen.findByRole('button', { name: 'Ask again' }, { timeout: 5000 });
  cleanup();
  open();
  const later = shop({ status: 201, body: { id: 'or_1', lines: [] } });
  fireEvent.click(await screen.findByRole('button', { name: 'Ask again' }));
  await screen.findByText('placed');
  expect(new Set([...orders, ...later].map(({ key }) => key)).size).toBe(1);
});
