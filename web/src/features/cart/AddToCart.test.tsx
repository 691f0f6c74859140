import { fireEvent, screen, within } from '@testing-library/react';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { freshBrowser, ofPath, open, problem, shop } from '../../shared/testing';
import { AddToCart } from './AddToCart';

freshBrowser();

const ADD = 'POST /cart/items';
const down = new Error('down');
const openPage = () => open('/', [{ path: '/', element: <AddToCart bookId="dune" left={9} /> }]);
const button = () => screen.findByRole<HTMLButtonElement>('button', { name: 'Add to cart' });

test('copies are added, as many as were chosen', async () => {
  const sent = shop({ [ADD]: { status: 201 } });
  openPage();
  fireEvent.change(screen.getByLabelText('Quantity'), { target: { value: '3' } });
  fireEvent.click(await button());
  await screen.findByText('It is in your cart.');
  expect(ofPath(sent, ADD)[0]?.body).toEqual({ bookId: 'dune', quantity: 3 });
  const status = within(screen.getByRole('status'));
  const ways = status.getAllByRole('link').map((link) => link.getAttribute('href'));
  expect(ways).toEqual(['/cart', '/']);
});

test('adding again what may have been added counts once', async () => {
  const sent = shop({ [ADD]: [down, down, down, down, { status: 201 }] });
  openPage();
  fireEvent.click(await button());
  await screen.findByText(/It may have been done all the same/);
  fireEvent.click(await button());
  await screen.findByText('It is in your cart.');
  const keys = ofPath(sent, ADD).map(({ headers }) => headers.get('Idempotency-Key'));
  expect(keys).toHaveLength(5);
  expect(new Set(keys).size).toBe(1);
});

test("a refusal is told in the shop's words", async () => {
  shop({ [ADD]: problem(409, 'too-many-keys') });
  openPage();
  fireEvent.click(await button());
  await screen.findByText(/^Your cart has been changed so often/);
});

test("what the shop has no words for is told in the server's", async () => {
  shop({ [ADD]: problem(418, 'teapot') });
  openPage();
  fireEvent.click(await button());
  await screen.findByText('That did not work: detail of teapot');
});

test('no more can be chosen than are left, also when others have bought meanwhile', async () => {
  const sent = shop({ [ADD]: { status: 201 } });
  function Shelf() {
    const [left, setLeft] = useState(9);
    const sell = (to: number) => () => {
      setLeft(to);
    };
    return (
      <>
        <AddToCart bookId="dune" left={left} />
        <button onClick={sell(2)}>sell some</button>
        <button onClick={sell(0)}>sell all</button>
      </>
    );
  }
  open('/', [{ path: '/', element: <Shelf /> }]);
  fireEvent.change(screen.getByLabelText('Quantity'), { target: { value: '5' } });
  fireEvent.click(screen.getByText('sell some'));
  expect(screen.getByLabelText<HTMLSelectElement>('Quantity').value).toBe('2');
  fireEvent.click(await button());
  await screen.findByText('It is in your cart.');
  expect(ofPath(sent, ADD)[0]?.body).toEqual({ bookId: 'dune', quantity: 2 });
  fireEvent.click(screen.getByText('sell all'));
  expect((await button()).disabled).toBe(true);
  screen.getByText('Sold out: it cannot be added at the moment.');
});
