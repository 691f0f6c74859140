import { fireEvent, screen, waitFor } from '@testing-library/react';
import { Outlet } from 'react-router';
import { expect, test } from 'vitest';
import { useAddToCartMutation, useBooksQuery } from '../../shared/api/api';
import { titleOf } from '../../shared/regions';
import { freshBrowser, ofPath, open, problem, shop, type Reply } from '../../shared/testing';
import { RegionFlag } from './RegionFlag';

freshBrowser();

const ireland = { region: 'eu-west-1', title: 'Ireland', flag: 'IE' };
const singapore = { region: 'ap-southeast-1', title: 'Singapore', flag: 'SG' };
const TRUTH = 'GET /truth';

function Header() {
  const [add] = useAddToCartMutation();
  return (
    <>
      <RegionFlag />
      <button onClick={() => void add({ bookId: 'dune', quantity: 1 })}>add</button>
      <Outlet />
    </>
  );
}
function Books() {
  const { isSuccess, isError } = useBooksQuery({});
  return <p>{isSuccess ? 'books' : isError && 'no books'}</p>;
}
const openShop = () =>
  open('/', [
    {
      element: <Header />,
      children: [
        { path: '/', element: <p>home</p> },
        { path: '/books', element: <Books /> },
      ],
    },
  ]);
const servedFrom = (name: string) => screen.findByLabelText(`Served from ${name}`);

test('the flag is the region that /truth names, in its own words', async () => {
  const sent = shop({ [TRUTH]: { body: ireland } });
  openShop();
  const flag = await servedFrom('Ireland');
  expect(flag.querySelectorAll('rect')).toHaveLength(3);
  expect(ofPath(sent, TRUTH)).toHaveLength(1);
  expect(titleOf('eu-west-1')).toBe('Ireland');
});

test('a region whose flag is not drawn has it in letters', async () => {
  shop({ [TRUTH]: { body: { region: 'sa-east-1', title: 'Brazil', flag: 'BR' } } });
  openShop();
  expect((await servedFrom('Brazil')).textContent).toContain('🇧🇷');
});

test('every page asks for it anew', async () => {
  shop({ [TRUTH]: [{ body: ireland }, { body: singapore }] });
  const { router } = openShop();
  await servedFrom('Ireland');
  await router.navigate('/books');
  await servedFrom('Singapore');
});

test('a cached answer that names another region does not change it', async () => {
  const cached: Reply = { body: { items: [] }, headers: { 'Perpetua-Region': 'ap-southeast-1' } };
  const sent = shop({ [TRUTH]: { body: ireland }, 'GET /books': cached });
  const { router } = openShop();
  await router.navigate('/books');
  await screen.findByText('books');
  await servedFrom('Ireland');
  expect(ofPath(sent, TRUTH)).toHaveLength(2); // one for each page
});

test("an answer of the edge's own does not change it, but it is asked for again", async () => {
  const edge = { ...problem(503, 'unavailable'), headers: { 'Perpetua-Region': 'none' } };
  const sent = shop({ [TRUTH]: { body: ireland }, 'GET /books': edge });
  const { router } = openShop();
  await router.navigate('/books');
  await screen.findByText('no books');
  await waitFor(() => {
    expect(ofPath(sent, TRUTH)).toHaveLength(3); // the first page, the second, the failure
  });
  await servedFrom('Ireland');
});

test('a write that another region answers changes it without leaving the page', async () => {
  const written: Reply = { status: 201, headers: { 'Perpetua-Region': 'ap-southeast-1' } };
  shop({ [TRUTH]: [{ body: ireland }, { body: singapore }], 'POST /cart/items': written });
  openShop();
  await servedFrom('Ireland');
  fireEvent.click(screen.getByRole('button', { name: 'add' }));
  await servedFrom('Singapore');
});

test('while nobody answers, no region is shown', async () => {
  shop({ [TRUTH]: [{ body: ireland }, new Error('down')] });
  const { router } = openShop();
  await servedFrom('Ireland');
  await router.navigate('/books');
  await screen.findByText('Looking for a region');
});
