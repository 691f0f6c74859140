/** What is shown of changes that the shop has not answered yet, whatever comes in between. */
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { useBookQuery } from '../../shared/api/api';
import {
  cartOf,
  cartReply,
  freshBrowser,
  later,
  ofPath,
  open,
  price,
  problem,
  shop,
  type Reply,
} from '../../shared/testing';
import { AddToCart } from './AddToCart';
import { CartLink } from './CartLink';
import { Component as CartPage } from './CartPage';

freshBrowser();

const GET = 'GET /cart';
const PUT = 'PUT /cart/items/dune';
const never = new Promise<Reply>(() => undefined);

function BookPage() {
  const { data: book } = useBookQuery('emma');
  return book ? <AddToCart bookId="emma" left={9} /> : null;
}
const openAt = (path: string) =>
  open(
    path,
    ['/cart', '/'].map((at) => ({
      path: at,
      element: (
        <>
          <CartLink />
          {at === '/' ? <BookPage /> : <CartPage />}
        </>
      ),
    })),
  );
const emma = {
  id: 'emma',
  title: 'Emma',
  authors: ['Jane Austen'],
  category: 'classics',
  description: '',
  price: { ...price, amount: 300 },
  availability: [{ region: 'eu-west-1', quantity: 9 }],
};
const book = { 'GET /books/emma': { body: emma } };
const select = () => screen.findByLabelText<HTMLSelectElement>('Quantity of Dune');
const choose = async (value: string) => fireEvent.change(await select(), { target: { value } });
const total = () => within(screen.getByRole('region', { name: 'Summary' })).getByText(/^€/);

test('a read that began before a change, and ends after it, brings nothing back', async () => {
  const read = later();
  const sent = shop({
    ...book,
    [GET]: [cartReply(cartOf(2)), read.reply, never],
    [PUT]: cartReply(cartOf(5)),
  });
  const { router } = openAt('/');
  await screen.findByText('2 in the cart');
  await router.navigate('/cart');
  await choose('5');
  const line = (await select()).closest('li');
  await waitFor(() => {
    expect(line?.getAttribute('aria-busy')).toBe('false');
  });
  read.answer(cartReply(cartOf(2)));
  await waitFor(() => {
    expect(ofPath(sent, GET)).toHaveLength(3);
  });
  expect((await select()).value).toBe('5');
  expect(total().textContent).toBe('€50.00');
});

test('the totals are those of what is chosen, also while it waits for an earlier change', async () => {
  const [first, second] = [later(), later()];
  const sent = shop({
    [GET]: [cartReply(cartOf(2)), cartReply(cartOf(3))],
    [PUT]: [first.reply, second.reply],
  });
  openAt('/cart');
  for (const value of ['3', '4', '5']) await choose(value);
  await screen.findByText('5 in the cart');
  expect(screen.getAllByText('€50.00')).toHaveLength(2);
  first.answer(cartReply(cartOf(3)));
  await waitFor(() => {
    expect(ofPath(sent, PUT)).toHaveLength(2);
  });
  expect(total().textContent).toBe('€50.00');
  second.answer(problem(409, 'sold-out'));
  await screen.findByText(/^There are not as many copies left/);
  await waitFor(() => {
    expect(total().textContent).toBe('€30.00');
  });
  expect((await select()).value).toBe('3');
});

test('a wish that is given up for what is being sent leaves nothing behind', async () => {
  const put = later();
  const sent = shop({ [GET]: [cartReply(cartOf(2)), cartReply(cartOf(3))], [PUT]: put.reply });
  openAt('/cart');
  for (const value of ['3', '5', '3']) await choose(value);
  put.answer(cartReply(cartOf(3)));
  await waitFor(() => {
    expect(ofPath(sent, GET)).toHaveLength(2);
  });
  await screen.findByText('3 in the cart');
  expect(total().textContent).toBe('€30.00');
  expect(ofPath(sent, PUT)).toHaveLength(1);
});

test.each([2, 0])('a book is counted before the shop answers, in a cart of %i', async (before) => {
  const add = later();
  shop({ ...book, [GET]: cartReply(cartOf(before)), 'POST /cart/items': add.reply });
  openAt('/');
  fireEvent.click(await screen.findByRole('button', { name: 'Add to cart' }));
  await screen.findByText(`${(before + 1).toString()} in the cart`);
  add.answer(problem(409, 'too-many-keys'));
  await screen.findByText(/^Your cart has been changed so often/);
  await waitFor(() => {
    expect(screen.queryByText(`${(before + 1).toString()} in the cart`)).toBeNull();
  });
});
