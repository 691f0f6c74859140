import { expect, type Locator, type Page } from '@playwright/test';
import { test } from './look';
import { ordersOf } from './session';
import * as shop from './shop';

// Without transitions what is seen of the focus is there at once.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

const STOPS_MAX = 90;

/** What has the focus, and whether one sees that: it is in the window and looks otherwise without. */
const focus = (page: Page) =>
  page.evaluate(async () => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body)
      return { name: 'nothing', isSeen: false };
    const box = element.getBoundingClientRect();
    const isInside =
      box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const parts: [Element | null, string?][] = [
      [element],
      [element, '::before'],
      [element, '::after'],
      [element.parentElement],
      [element.closest('article, li, label, form')],
    ];
    const look = () =>
      parts
        .map(([part, pseudo]) => {
          if (!part) return '';
          const style = getComputedStyle(part, pseudo);
          const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor } = style;
          const outline = outlineStyle === 'none' ? '' : outlineWidth + outlineColor;
          return [outline, boxShadow, borderColor, style.backgroundColor].join(' ');
        })
        .join(';');
    const painted = () =>
      new Promise((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(resolve));
      });
    await painted();
    const focused = look();
    element.blur();
    await painted();
    const plain = look();
    element.focus({ preventScroll: true });
    const label = (element as HTMLInputElement).labels?.[0]?.textContent;
    const text = element.getAttribute('aria-label') ?? label ?? element.textContent;
    const name = text.trim().slice(0, 60);
    return { name: `${element.tagName} ${name}`, isSeen: isInside && focused !== plain };
  });

/** By Tab alone to there; at each stop on the way the focus is seen. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  const stops: string[] = [];
  for (let stop = 0; stop < STOPS_MAX; ++stop) {
    await page.keyboard.press('Tab');
    const { name, isSeen } = await focus(page);
    stops.push(name);
    expect(isSeen, `the focus is seen on ${name}`).toBe(true);
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`the Tab key does not come there, but to ${stops.join(', ')}`);
}

/** The new page's heading has the focus: there one reads on. */
async function arriveAt(page: Page, name: string): Promise<void> {
  await expect(shop.heading(page, name)).toBeFocused();
}

test('a purchase by keyboard alone, the focus in sight and in its place', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: /^Cookbooks \d/ }).waitFor();
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to the content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  // The next stop is in the content, past the bar.
  await page.keyboard.press('Tab');
  const stop = page.locator(':focus');
  await expect(page.getByRole('main').locator(':focus')).toHaveCount(1);
  expect((await focus(page)).isSeen, `seen on ${await stop.innerText()}`).toBe(true);

  await tabTo(page, page.getByRole('link', { name: /^Cookbooks \d/ }));
  await page.keyboard.press('Enter');
  await arriveAt(page, 'Cookbooks');

  await tabTo(page, page.getByLabel('Sort by'));
  await page.keyboard.press('ArrowDown');
  await expect(page).toHaveURL(/sort=price$/);
  await expect(page.getByLabel('Sort by')).toBeFocused();

  const book = shop.booksOf(page).first().getByRole('link');
  const title = (await book.textContent()) ?? '';
  await tabTo(page, book);
  await page.keyboard.press('Enter');
  await arriveAt(page, title);

  await tabTo(page, shop.quantity(page));
  await page.keyboard.press('ArrowDown');
  await expect(shop.quantity(page)).toHaveValue('2');
  await tabTo(page, shop.addButton(page));
  await page.keyboard.press('Space');
  await expect(shop.isAdded(page)).toBeVisible();
  await expect(shop.addButton(page)).toBeFocused();

  await tabTo(page, shop.linkToCart(page));
  await page.keyboard.press('Enter');
  await arriveAt(page, 'Your cart');

  await tabTo(page, shop.checkoutLink(page));
  await page.keyboard.press('Enter');
  await arriveAt(page, 'Checkout');

  // Paying too early leads to what is missing.
  await tabTo(page, shop.payButton(page));
  await page.keyboard.press('Enter');
  const [first = ''] = Object.keys(shop.ADDRESS);
  await expect(page.getByRole('textbox', { name: first })).toBeFocused();
  await expect(shop.fieldFaults(page).first()).toBeVisible();

  for (const [label, text] of Object.entries(shop.ADDRESS)) {
    const field = page.getByRole('textbox', { name: label });
    if (label !== first) await tabTo(page, field);
    await page.keyboard.type(text);
    await expect(field).toHaveValue(text);
  }
  await tabTo(page, shop.wayOf(page, /^Standard/));
  await page.keyboard.press('ArrowDown');
  await expect(shop.wayOf(page, /^Express/)).toBeChecked();
  await tabTo(page, shop.testCardButton(page));
  await page.keyboard.press('Space');
  await tabTo(page, shop.payButton(page));
  await page.keyboard.press('Enter');

  const order = await shop.placedOrder(page);
  await expect(shop.heading(page)).toBeFocused();
  await tabTo(page, shop.allOrders(page));
  await page.keyboard.press('Enter');
  await arriveAt(page, 'Your orders');
  await tabTo(page, shop.orderLinks(page));
  const [only, ...others] = await ordersOf(page);
  expect(others).toEqual([]);
  expect(only).toMatchObject({ id: order, lines: [{ title, quantity: 2 }] });
});
