import { expect, test } from 'vitest';
import { cartOf } from '../testing';
import type { Cart } from './api';
import { CartWishes, UNCONFIRMED } from './wishes';

const EUR = 'EUR';
/** Two lines: Dune at 10.00, Emma at 3.00. */
function cart(dune: number, emma: number): Cart {
  const base = cartOf(dune);
  const price = { amount: 300, currency: EUR };
  const total = { amount: 300 * emma, currency: EUR };
  const [line] = cartOf(1).lines;
  if (!line) throw new Error('no line');
  const other = { ...line, bookId: 'emma', title: 'Emma', quantity: emma, price, total };
  return {
    ...base,
    lines: [...base.lines, ...(emma > 0 ? [other] : [])],
    total: { amount: 1000 * dune + 300 * emma, currency: EUR },
  };
}
const seen = (of: Cart | undefined) => [
  ...(of?.lines.map(({ bookId, quantity, total }) => [bookId, quantity, total.amount]) ?? []),
  of?.total.amount,
];
const to = (quantity: number) => () => quantity;

test('a quantity and both totals change at once, in minor units, and cannot be ordered yet', () => {
  const [, shown] = new CartWishes().begin(cart(2, 1), 'dune', to(5));
  expect(seen(shown)).toEqual([['dune', 5, 5000], ['emma', 1, 300], 5300]);
  expect(shown?.etag).toBe(UNCONFIRMED);
});

test('a line that is taken out is gone at once; of a book that is no line nothing is known', () => {
  const wishes = new CartWishes();
  expect(seen(wishes.begin(cart(2, 1), 'dune', to(0))[1])).toEqual([['emma', 1, 300], 300]);
  const [, shown] = new CartWishes().begin(cart(2, 0), 'emma', (before) => before + 1);
  expect(shown).toEqual(cart(2, 0));
  expect(new CartWishes().begin(undefined, 'dune', to(1))[1]).toBeUndefined();
});

test('an answer that does not have the other changes yet takes none of them back', () => {
  const wishes = new CartWishes();
  const [dune] = wishes.begin(cart(2, 1), 'dune', to(5));
  const [emma] = wishes.begin(cart(5, 1), 'emma', to(4));
  expect(seen(wishes.done(dune, cart(5, 1)))).toEqual([['dune', 5, 5000], ['emma', 4, 1200], 6200]);
  // It was sent before the first was done.
  expect(seen(wishes.done(emma, cart(2, 4)))).toEqual([['dune', 5, 5000], ['emma', 4, 1200], 6200]);
  expect(wishes.isQuiet).toBe(true);
  expect(wishes.begin(cart(7, 7), 'dune', to(7))[1]).toEqual(cart(7, 7));
});

test('a change that fails is taken back, and no other with it', () => {
  const wishes = new CartWishes();
  const [dune] = wishes.begin(cart(2, 1), 'dune', to(0));
  wishes.begin(cart(0, 1), 'emma', to(4));
  expect(seen(wishes.failed(dune))).toEqual([['dune', 2, 2000], ['emma', 4, 1200], 3200]);
});

test('what is read meanwhile may not have the changes yet', () => {
  const wishes = new CartWishes();
  wishes.begin(cart(2, 1), 'dune', (before) => before + 1);
  expect(seen(wishes.read(cart(2, 3)))).toEqual([['dune', 3, 3000], ['emma', 3, 900], 3900]);
});

test('what was taken out and put back is there, also while another change is under way', () => {
  const wishes = new CartWishes();
  wishes.begin(cart(2, 1), 'emma', to(4));
  const [out] = wishes.begin(cart(2, 4), 'dune', to(0));
  wishes.done(out, cart(0, 1));
  const [back] = wishes.begin(cart(0, 4), 'dune', (before) => before + 2);
  expect(seen(wishes.done(back, cart(2, 1)))).toEqual([['dune', 2, 2000], ['emma', 4, 1200], 3200]);
});

test('what was read after all changes is what the next ones are laid over', async () => {
  const wishes = new CartWishes();
  const never = new Promise<Cart>(() => undefined);
  const [dune] = wishes.begin(cart(2, 1), 'dune', to(5));
  wishes.done(dune, cart(5, 1));
  expect(await wishes.whenRead(Promise.resolve(cart(7, 1)))).toBeUndefined();
  void wishes.whenRead(never); // what is being read holds back nothing
  expect(seen(wishes.begin(cart(7, 1), 'emma', to(4))[1])).toEqual([
    ['dune', 7, 7000],
    ['emma', 4, 1200],
    8200,
  ]);
});

test('an old cart that arrives after two changes has both laid over it', async () => {
  const wishes = new CartWishes();
  let answer: (old: Cart) => void = () => undefined;
  const reading = wishes.whenRead(new Promise<Cart>((resolve) => (answer = resolve)));
  const [dune] = wishes.begin(cart(2, 1), 'dune', to(5));
  wishes.done(dune, cart(5, 1));
  wishes.begin(cart(5, 1), 'emma', to(4));
  answer(cart(2, 1));
  expect(seen(await reading)).toEqual([['dune', 5, 5000], ['emma', 4, 1200], 6200]);
});
