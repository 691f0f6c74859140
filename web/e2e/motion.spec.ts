import { expect, type Page } from '@playwright/test';
import { stands, test } from './look';
import * as shop from './shop';

const paper = (page: Page) =>
  page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g)?.map(Number));

test('the theme is the system’s, and changes with it', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/');
  await stands(page);
  expect(Math.max(...((await paper(page)) ?? [255]))).toBeLessThan(80);
  await page.emulateMedia({ colorScheme: 'light' });
  await stands(page);
  expect(Math.min(...((await paper(page)) ?? [0]))).toBeGreaterThan(200);
});

/** Says of every animation and transition that began, what it was on. */
const moved = (page: Page) =>
  page.evaluate(() => (window as unknown as { moved: string[] }).moved.slice());

test.describe('who wants less motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('sees nothing move, neither on a page nor on the way to the next', async ({ page }) => {
    await page.addInitScript(() => {
      const seen: string[] = [];
      Object.assign(window, { moved: seen });
      const look = () => {
        for (const animation of document.getAnimations()) {
          const { duration, iterations } = animation.effect?.getComputedTiming() ?? {};
          // Bootstrap's and the shop's way to have none: over before anything is painted.
          if (Number(duration) <= 1 && iterations !== Infinity) continue;
          const target = (animation.effect as KeyframeEffect | null)?.target;
          seen.push(`${target?.tagName ?? ''}.${target?.getAttribute('class') ?? ''}`);
        }
        requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    const isStill = async () => {
      await stands(page);
      // What takes a millisecond may be caught in it.
      await expect.poll(() => page.evaluate(() => document.getAnimations().length)).toBe(0);
    };
    await page.goto('/');
    await page.getByRole('link', { name: /^Cookbooks \d/ }).waitFor();
    await isStill();
    await shop.openCategory(page, 'Cookbooks');
    await isStill();
    await shop.openBook(page);
    await isStill();
    await shop.add(page);
    await isStill();
    await shop.openCart(page);
    await isStill();
    await shop.openCheckout(page);
    await isStill();
    await shop.fillIn(page);
    await shop.payButton(page).click();
    await shop.placedOrder(page);
    await isStill();
    expect([...new Set(await moved(page))]).toEqual([]);
    expect(
      await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior),
    ).toBe('auto');
  });
});
