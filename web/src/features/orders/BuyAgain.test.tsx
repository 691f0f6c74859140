import { fireEvent, screen, waitFor } from '@testing-library/react';
import { useLocation } from 'react-router';
import { expect, test } from 'vitest';
import {
  freshBrowser,
  ofPath,
  open,
  price,
  problem,
  shop,
  type Replies,
  type Reply,
} from '../../shared/testing';
import { BuyAgain } from './BuyAgain';

freshBrowser();

const ADD = 'POST /cart/items';
const done: Reply = { status: 201, body: { id: 'ca', lines: [], total: price } };
const line = (bookId: string, title: string, quantity: number) => ({
  bookId,
  title,
  quantity,
  price,
  total: price,
});
const order = {
  id: 'or_1',
  placedAt: '2025-01-07T10:00:00Z',
  region: 'eu-west-1',
  lines: [line('dune', 'Dune', 2), line('emma', 'Emma', 120), line('ulysses', 'Ulysses', 1)],
  total: price,
  durability: 'local' as const,
};

function CartPage() {
  return <p>{`in the cart: ${JSON.stringify(useLocation().state)}`}</p>;
}
function openWith(replies: Replies) {
  const sent = shop({ [ADD]: replies });
  const page = open('/', [
    { path: '/', element: <BuyAgain order={order} /> },
    { path: '/elsewhere', element: <p>elsewhere</p> },
    { path: '/cart', element: <CartPage /> },
  ]);
  return { ...page, sent: () => ofPath(sent, ADD) };
}
const button = () => screen.getByRole<HTMLButtonElement>('button');

test('all is added, one after the other, and the cart comes up', async () => {
  let answer: (reply: Reply) => void = () => undefined;
  const first = new Promise<Reply>((resolve) => (answer = resolve));
  const { sent } = openWith([first, done, done]);
  fireEvent.click(button());
  fireEvent.click(button());
  expect(button().disabled).toBe(true);
  expect(button().textContent).toBe('Adding …');
  await waitFor(() => {
    expect(sent()).toHaveLength(1);
  });
  answer(done);
  await screen.findByText('in the cart: {"notAdded":[]}');
  expect(sent().map(({ body }) => body)).toEqual([
    { bookId: 'dune', quantity: 2 },
    { bookId: 'emma', quantity: 99 },
    { bookId: 'ulysses', quantity: 1 },
  ]);
});

test('what is no longer sold is told by title, and the others are added', async () => {
  const { sent } = openWith([done, problem(404, 'not-found'), done]);
  fireEvent.click(button());
  await screen.findByText('in the cart: {"notAdded":["Emma"]}');
  expect(sent()).toHaveLength(3);
});

test('what goes wrong on the way stops it, and the next try goes on from there', async () => {
  const down = new Error('down');
  const { sent } = openWith([problem(404, 'not-found'), down, down, down, down, done, done]);
  fireEvent.click(button());
  await screen.findByText(/^The shop does not answer at the moment/);
  expect(button().disabled).toBe(false);
  fireEvent.click(button());
  await screen.findByText('in the cart: {"notAdded":["Dune"]}');
  const emma = sent().filter(({ body }) => (body as { bookId: string }).bookId === 'emma');
  expect(emma).toHaveLength(5);
  expect(new Set(emma.map(({ headers }) => headers.get('Idempotency-Key'))).size).toBe(1);
  expect(sent()).toHaveLength(7);
});

test('who has gone elsewhere meanwhile is not called back, and all is added', async () => {
  let answer: (reply: Reply) => void = () => undefined;
  const first = new Promise<Reply>((resolve) => (answer = resolve));
  const { sent, router } = openWith([first, done, done]);
  fireEvent.click(button());
  await router.navigate('/elsewhere');
  await screen.findByText('elsewhere');
  answer(done);
  await waitFor(() => {
    expect(sent()).toHaveLength(3);
  });
  await Promise.resolve();
  screen.getByText('elsewhere');
});
