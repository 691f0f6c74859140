import { expect, type Page } from '@playwright/test';
import { OF_THE_NETWORK, test } from './look';
import {
  bringBack,
  flagOf,
  IRELAND,
  kill,
  movedNotice,
  readyToKill,
  SINGAPORE,
  untilServedFrom,
} from './regions';
import { cartOf, ordersOf } from './session';
import * as shop from './shop';

test.use({ forgiven: OF_THE_NETWORK });

const isOrder = (url: URL) => url.pathname === '/api/orders';

/** The next order, on its way: what happens then, and whether it arrives. */
async function onOrder(page: Page, then: (send: () => Promise<void>) => Promise<void>) {
  let isFirst = true;
  await page.route(isOrder, async (route) => {
    if (route.request().method() !== 'POST' || !isFirst) return route.fallback();
    isFirst = false;
    await then(async () => {
      await route.fetch();
    });
    return route.abort('connectionreset');
  });
}

/** When the serving region is lost, each time for good until the purchase is over. */
const MOMENTS = [
  'on the front page',
  'on the book, before it is in the cart',
  'in the cart',
  'at checkout, before Pay',
  'with Pay, before the order is there',
  'with Pay, while the order is under way',
  'with Pay, when the order is placed and not yet answered',
  'at the confirmation',
] as const;

for (const moment of MOMENTS)
  test(`the region is lost ${moment}: one order, and nothing is lost`, async ({ page }) => {
    const lose = async (here: (typeof MOMENTS)[number]) => {
      if (here === moment) await kill(IRELAND);
    };
    try {
      await untilServedFrom(page, IRELAND);
      await page.getByRole('link', { name: /^Database \d/ }).waitFor();
      await lose('on the front page');
      await shop.openCategory(page, 'Database');
      const title = await shop.openBook(page);
      await lose('on the book, before it is in the cart');
      await shop.add(page);
      await shop.openCart(page);
      await expect(shop.lineOf(page, title)).toBeVisible();
      await lose('in the cart');
      await shop.quantityOf(page, title).selectOption('2');
      await expect.poll(() => cartOf(page)).toEqual({ [title]: 2 });
      await shop.openCheckout(page);
      await shop.fillIn(page);
      await lose('at checkout, before Pay');

      if (moment === 'with Pay, before the order is there')
        await onOrder(page, () => kill(IRELAND));
      if (moment === 'with Pay, when the order is placed and not yet answered')
        await onOrder(page, async (send) => {
          await send();
          await kill(IRELAND);
        });
      if (moment === 'with Pay, while the order is under way') {
        const killNow = await readyToKill(IRELAND);
        await shop.payButton(page).click();
        await killNow();
      } else {
        await shop.payButton(page).click();
      }
      const order = await shop.placedOrder(page);
      await expect(shop.lineOfOrder(page, 2, title)).toBeVisible();
      await lose('at the confirmation');

      expect(await shop.openOrders(page)).toEqual([order]);
      await expect(flagOf(page, SINGAPORE)).toBeVisible();
      await expect(movedNotice(page)).toBeVisible();
      await shop.openCart(page);
      await expect(shop.emptyCart(page)).toBeVisible();

      bringBack();
      await untilServedFrom(page, IRELAND);
      expect(await shop.openOrders(page)).toEqual([order]);
      await expect(movedNotice(page)).toBeHidden();
      expect(await ordersOf(page)).toMatchObject([{ id: order, lines: [{ title, quantity: 2 }] }]);
      expect(await cartOf(page)).toEqual({});
    } finally {
      bringBack();
    }
  });
