import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { meet } from '../../shared/regions';
import {
  cartOf,
  cartReply,
  freshBrowser,
  haveSession,
  ofPath,
  open,
  problem,
  shop,
  type Reply,
} from '../../shared/testing';
import { CartLink } from './CartLink';
import { Component as CartPage } from './CartPage';

freshBrowser();

const GET = 'GET /cart';
const PUT = 'PUT /cart/items/dune';
const down = new Error('down');
const openPage = () =>
  open('/cart', [
    {
      path: '/cart',
      element: (
        <>
          <header>
            <CartLink />
          </header>
          <CartPage />
        </>
      ),
    },
  ]);
const quantity = async () =>
  (await screen.findByLabelText<HTMLSelectElement>('Quantity of Dune')).value;
const choose = (value: string) =>
  fireEvent.change(screen.getByLabelText('Quantity of Dune'), { target: { value } });

test('the cart shows its lines, the total, and how many copies there are', async () => {
  shop({ [GET]: cartReply(cartOf(2)) });
  openPage();
  expect(screen.getByText('Loading …')).toBeTruthy();
  expect(await quantity()).toBe('2');
  expect(screen.getAllByText('€20.00')).toHaveLength(2);
  within(screen.getByRole('banner')).getByText('2 in the cart');
  expect(screen.getByRole('link', { name: 'Checkout' }).getAttribute('href')).toBe('/checkout');
  expect(document.title).toBe('Your cart – Perpetua');
});

test('an empty cart and a stranger see that it is empty; of a stranger nobody is asked', async () => {
  shop({ [GET]: cartReply(cartOf(0)) });
  openPage();
  await screen.findByText('Your cart is empty.');
  cleanup();
  haveSession(false);
  const sent = shop({});
  openPage();
  await screen.findByText('Your cart is empty.');
  expect(sent).toEqual([]);
});

test('a cart that cannot be read is not an empty one', async () => {
  shop({ [GET]: [down, down, down, down, cartReply(cartOf(2))] });
  openPage();
  await screen.findByText('The shop does not answer at the moment.');
  expect(screen.queryByText('Your cart is empty.')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await quantity()).toBe('2');
});

test('a session that has ended is not an empty cart', async () => {
  shop({ [GET]: problem(401, 'unauthenticated') });
  openPage();
  await screen.findByText(/Your session has ended/);
  expect(screen.queryByText('Your cart is empty.')).toBeNull();
});

test('a cart without the latest of a region says so', async () => {
  meet('eu-west-1', 'Ireland');
  shop({ [GET]: cartReply(cartOf(0, { stale: ['eu-west-1'] })) });
  openPage();
  await screen.findByText(/^Ireland cannot be reached at the moment/);
});

test('the answer to a change is shown, also when the cart cannot be read again', async () => {
  const written = cartReply(cartOf(5));
  shop({ [GET]: [cartReply(cartOf(2)), down], [PUT]: written });
  openPage();
  await quantity();
  choose('5');
  await screen.findByText('5 in the cart');
  expect(await quantity()).toBe('5');
});

test('changes go one after the other, of several the last, and the list keeps the focus', async () => {
  const replies: ((reply: Reply) => void)[] = [];
  const reply = () => new Promise<Reply>((resolve) => replies.push(resolve));
  const sent = shop({ [GET]: cartReply(cartOf(2)), [PUT]: [reply(), reply()] });
  openPage();
  await quantity();
  screen.getByLabelText('Quantity of Dune').focus();
  for (const value of ['3', '4', '5']) choose(value);
  expect(await quantity()).toBe('5');
  replies[0]?.(cartReply(cartOf(3)));
  await waitFor(() => {
    expect(ofPath(sent, PUT).map(({ body }) => body)).toEqual([{ quantity: 3 }, { quantity: 5 }]);
  });
  expect(document.activeElement).toBe(screen.getByLabelText('Quantity of Dune'));
  replies[1]?.(cartReply(cartOf(5)));
});

test('a change that may have been made keeps its key', async () => {
  const sent = shop({
    [GET]: cartReply(cartOf(2)),
    [PUT]: [down, down, down, down, cartReply(cartOf(3))],
  });
  openPage();
  await quantity();
  choose('3');
  await screen.findByText(/It may have been done all the same/);
  choose('3');
  await waitFor(() => {
    expect(ofPath(sent, PUT)).toHaveLength(5);
  });
  const keys = ofPath(sent, PUT).map(({ headers }) => headers.get('Idempotency-Key'));
  expect(new Set(keys).size).toBe(1);
});
