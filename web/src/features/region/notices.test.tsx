import { fireEvent, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { freshBrowser, open, shop } from '../../shared/testing';
import { FailoverNotice } from './FailoverNotice';
import { OfflineNotice } from './OfflineNotice';
import { RegionFlag } from './RegionFlag';

freshBrowser();

const ireland = { region: 'eu-west-1', title: 'Ireland', flag: 'IE' };
const singapore = { region: 'ap-southeast-1', title: 'Singapore', flag: 'SG' };
const MOVED = /^Ireland does not answer at the moment, so Singapore serves you now/;

const openShop = () =>
  open(
    '/',
    ['/', '/a', '/b', '/c'].map((path) => ({
      path,
      element: (
        <>
          <RegionFlag />
          <FailoverNotice />
        </>
      ),
    })),
  );
const servedFrom = (name: string) => screen.findByLabelText(`Served from ${name}`);

test('another region that takes over is told of, calmly; the first one back is not', async () => {
  const truths = [ireland, singapore, ireland].map((body) => ({ body }));
  shop({ 'GET /truth': truths });
  const { router } = openShop();
  await servedFrom('Ireland');
  expect(screen.queryByText(MOVED)).toBeNull();
  await router.navigate('/a');
  expect((await screen.findByText(MOVED)).closest('[role=status]')).toBeTruthy();
  await router.navigate('/b');
  await servedFrom('Ireland');
  expect(screen.queryByText(MOVED)).toBeNull();
});

test('the notice goes when it was read, and comes with the next loss', async () => {
  const truths = [ireland, singapore, ireland, singapore].map((body) => ({ body }));
  shop({ 'GET /truth': truths });
  const { router } = openShop();
  await servedFrom('Ireland');
  await router.navigate('/a');
  await screen.findByText(MOVED);
  fireEvent.click(screen.getByRole('button', { name: 'All right' }));
  expect(screen.queryByText(MOVED)).toBeNull();
  await router.navigate('/b');
  await servedFrom('Ireland');
  await router.navigate('/c');
  await screen.findByText(MOVED);
});

test('the flag opens a note on what it means, and Escape closes it', async () => {
  shop({ 'GET /truth': { body: ireland } });
  openShop();
  const flag = await servedFrom('Ireland');
  const details = flag.closest('details');
  fireEvent.click(flag);
  screen.getByText(/^Every page says which region served it: now Ireland\./);
  expect(details?.open).toBe(true);
  fireEvent.keyDown(flag, { key: 'Escape' });
  expect(details?.open).toBe(false);
});

test('without a network it says so, until there is one again', async () => {
  const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(true);
  open('/', [{ path: '/', element: <OfflineNotice /> }]);
  expect(screen.queryByText(/^You are offline/)).toBeNull();
  online.mockReturnValue(false);
  fireEvent(window, new Event('offline'));
  await screen.findByText(/^You are offline/);
  online.mockReturnValue(true);
  fireEvent(window, new Event('online'));
  expect(screen.queryByText(/^You are offline/)).toBeNull();
});
