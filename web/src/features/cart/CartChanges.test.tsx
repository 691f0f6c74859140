import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Cart } from '../../shared/api/api';
import {
  cartOf,
  cartReply,
  freshBrowser,
  later,
  ofPath,
  open,
  problem,
  shop,
} from '../../shared/testing';
import { CartLink } from './CartLink';
import { Component as CartPage } from './CartPage';

freshBrowser();

const GET = 'GET /cart';
const PUT = 'PUT /cart/items/dune';
const DELETE = 'DELETE /cart/items/dune';
const ADD = 'POST /cart/items';
const page = (
  <>
    <CartLink />
    <CartPage />
  </>
);
const openPage = () => open('/cart', [{ path: '/cart', element: page }]);
const total = () => within(screen.getByRole('region', { name: 'Summary' })).getByText(/^€/);
const select = () => screen.findByLabelText<HTMLSelectElement>('Quantity of Dune');
const looked = (cart: Cart) => {
  localStorage.setItem('perpetua.cart', JSON.stringify(cart));
};

test('a new quantity, both totals and the count are there before the shop answers', async () => {
  const put = later();
  shop({ [GET]: cartReply(cartOf(2)), [PUT]: put.reply });
  openPage();
  fireEvent.change(await select(), { target: { value: '5' } });
  await screen.findByText('5 in the cart');
  expect(screen.getAllByText('€50.00')).toHaveLength(2);
  put.answer(cartReply(cartOf(5)));
});

test('a change that fails is taken back, and its line says why', async () => {
  shop({ [GET]: cartReply(cartOf(2)), [PUT]: problem(409, 'sold-out') });
  openPage();
  fireEvent.change(await select(), { target: { value: '5' } });
  const line = screen.getByRole('listitem');
  await within(line).findByText(/^There are not as many copies left/);
  expect((await select()).value).toBe('2');
  expect(total().textContent).toBe('€20.00');
  screen.getByText('2 in the cart');
});

test('what was taken out is gone at once, and comes back by an addition', async () => {
  const out = later();
  const sent = shop({
    [GET]: [cartReply(cartOf(2)), cartReply(cartOf(0)), cartReply(cartOf(2))],
    [DELETE]: out.reply,
    [ADD]: { ...cartReply(cartOf(2)), status: 201 },
  });
  openPage();
  fireEvent.click(await screen.findByRole('button', { name: 'Remove Dune' }));
  await screen.findByText('Dune is no longer in your cart.');
  screen.getByText('Your cart is empty.');
  const undo = screen.getByRole('button', { name: 'Undo: put Dune back' });
  expect(document.activeElement).toBe(undo);
  out.answer(cartReply(cartOf(0)));
  await waitFor(() => {
    expect(ofPath(sent, GET)).toHaveLength(2);
  });
  fireEvent.click(undo);
  expect((await select()).value).toBe('2');
  expect(document.activeElement).toBe(await select());
  expect(ofPath(sent, ADD).map(({ body }) => body)).toEqual([{ bookId: 'dune', quantity: 2 }]);
});

test('a change of mind while it is being taken out waits its turn', async () => {
  const out = later();
  const sent = shop({
    [GET]: [cartReply(cartOf(2)), cartReply(cartOf(2))],
    [DELETE]: out.reply,
    [ADD]: { ...cartReply(cartOf(2)), status: 201 },
  });
  openPage();
  fireEvent.click(await screen.findByRole('button', { name: 'Remove Dune' }));
  fireEvent.click(await screen.findByRole('button', { name: 'Undo: put Dune back' }));
  expect(ofPath(sent, ADD)).toEqual([]);
  out.answer(cartReply(cartOf(0)));
  expect((await select()).value).toBe('2');
  expect(ofPath(sent, ADD)).toHaveLength(1);
});

test('what could not be taken out stands where it was, and says why', async () => {
  shop({ [GET]: cartReply(cartOf(2)), [DELETE]: problem(409, 'too-many-keys') });
  openPage();
  fireEvent.click(await screen.findByRole('button', { name: 'Remove Dune' }));
  await screen.findByText(/^Your cart has been changed so often/);
  expect((await select()).value).toBe('2');
  expect(total().textContent).toBe('€20.00');
});

test('a price that is another than last time is told, once', async () => {
  const before = cartOf(2);
  for (const line of before.lines) line.price = { amount: 1250, currency: 'EUR' };
  looked(before);
  shop({ [GET]: cartReply(cartOf(2)) });
  const { unmount } = openPage();
  await screen.findByText('The price was €12.50, now it is €10.00.');
  unmount();
  openPage();
  await select();
  expect(screen.queryByText(/^The price was/)).toBeNull();
});

test('what was seen in another cart says nothing about this one', async () => {
  const before = cartOf(2, { id: 'other' });
  for (const line of before.lines) line.price = { amount: 1250, currency: 'EUR' };
  looked(before);
  shop({ [GET]: cartReply(cartOf(2)) });
  openPage();
  await select();
  expect(screen.queryByText(/^The price was/)).toBeNull();
});

test('what somebody else has written where the last look is kept says nothing', async () => {
  localStorage.setItem('perpetua.cart', '{"id":"ca","lines":[null,{"bookId":1},{"price":2}]}');
  shop({ [GET]: cartReply(cartOf(2)) });
  openPage();
  await select();
});

test.each([
  [1, 'Only 1 left: take fewer.'],
  [0, 'Sold out: remove it.'],
])('of a line for which %d are left it says so', async (available, text) => {
  const cart = cartOf(2);
  for (const line of cart.lines) line.available = available;
  shop({ [GET]: cartReply(cart) });
  openPage();
  await screen.findByText(text);
});

test('a title that is no longer sold is missed by name', async () => {
  looked(cartOf(2));
  const sent = shop({ [GET]: cartReply(cartOf(0)), 'GET /books/dune': problem(404, 'not-found') });
  openPage();
  await screen.findByText('Dune is no longer sold, so it is no longer in your cart.');
  expect(ofPath(sent, 'GET /books/dune')).toHaveLength(1);
});

test('a title that was taken out elsewhere, or ordered, is not missed', async () => {
  looked(cartOf(2));
  const sent = shop({ [GET]: cartReply(cartOf(0)), 'GET /books/dune': { body: { id: 'dune' } } });
  openPage();
  await waitFor(() => {
    expect(ofPath(sent, 'GET /books/dune')).toHaveLength(1);
  });
  await screen.findByText('Your cart is empty.');
  expect(screen.queryByText(/is no longer sold/)).toBeNull();
});

test('what a region has not told yet is not missed, and not forgotten', async () => {
  looked(cartOf(2));
  const sent = shop({ [GET]: cartReply(cartOf(0, { stale: ['eu-west-1'] })) });
  openPage();
  await screen.findByText('Your cart is empty.');
  expect(sent.map(({ path }) => path)).not.toContain('/books/dune');
  expect(localStorage.getItem('perpetua.cart')).toContain('dune');
});

test('what could not be bought again is told by title', async () => {
  shop({ [GET]: cartReply(cartOf(2)) });
  const { router } = open('/', [
    { path: '/', element: null },
    { path: '/cart', element: <CartPage /> },
  ]);
  await router.navigate('/cart', { state: { notAdded: ['Emma', 'Ulysses'] } });
  await screen.findByText('No longer sold, and so not in your cart: Emma and Ulysses.');
});
