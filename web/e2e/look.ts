/** What every page is looked at for, at whatever width the test runs. */
import { resolve } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, test as base, type Page } from '@playwright/test';

const SCREENSHOTS = resolve(
  process.env.PERPETUA_SCREENSHOTS ?? '../build/test-log/web/screenshots',
);

interface Options {
  /** What the browser may complain of, because the test makes it happen. */
  forgiven: RegExp | undefined;
}

/** Whatever the browser complains of: script errors, failed requests, the security policy. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on('requestfailed', (request) => {
    // A page that is left while something of it loads has not failed.
    const why = request.failure()?.errorText ?? 'failed';
    if (why !== 'net::ERR_ABORTED') complaints.push(`${request.url()}: ${why}`);
  });
  return complaints;
}

/** A test whose page must not complain. */
export const test = base.extend<Options & { complaints: string[] }>({
  forgiven: [undefined, { option: true }],
  complaints: [
    async ({ page, forgiven }, use) => {
      const complaints = complaintsOf(page);
      await use(complaints);
      const left = complaints.filter((text) => !forgiven?.test(text));
      expect(left, 'the browser complains').toEqual([]);
    },
    { auto: true },
  ],
});

/** Of a network that is gone, and of regions and requests that are. */
export const OF_THE_NETWORK = /Failed to load resource|net::ERR_/;

/** Nothing is being loaded, and nothing moves. */
export async function stands(page: Page): Promise<void> {
  await expect(page.locator('.loading, .on-its-way, [aria-busy="true"], #shell')).toHaveCount(0);
  await page.evaluate(async () => {
    await document.fonts.ready;
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
}

/** What hangs over the edge of the window; what is pushed along in a row of its own does not. */
async function overhangOf(page: Page): Promise<string[]> {
  const width = page.viewportSize()?.width ?? 0;
  return page.evaluate((wide) => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth && scrollWidth <= wide) return [];
    const over = [...document.body.querySelectorAll('*')].filter(
      (element) => element.getBoundingClientRect().right > wide + 0.5,
    );
    const names = over.slice(0, 8).map(({ outerHTML }) => outerHTML.slice(0, 120));
    return [`the page is ${scrollWidth.toString()} px wide`, ...names];
  }, width);
}

/** Covers are drawn when they come near the window: past all of them, and back to the top. */
async function drawAll(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const painted = () =>
      new Promise((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(resolve));
      });
    for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight) {
      scrollTo({ top, behavior: 'instant' });
      await painted();
    }
    scrollTo({ top: 0, behavior: 'instant' });
    await painted();
  });
}

/** A page in one theme, as it stands: a picture of it, nothing over the edge, nothing in the way. */
async function lookIn(page: Page, name: string, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await stands(page);
  await drawAll(page);
  const width = page.viewportSize()?.width.toString() ?? '';
  const path = `${SCREENSHOTS}/${name}-${width}-${theme}.png`;
  await page.screenshot({ path, fullPage: true });
  expect.soft(await overhangOf(page), `${name} is wider than the window`).toEqual([]);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const barriers = violations.map(({ id, help, nodes }) => {
    const where = nodes.map(({ html, any }) => `${html} ${any[0]?.message ?? ''}`);
    return `${id} (${help}): ${where.slice(0, 5).join(' | ')}`;
  });
  expect.soft(barriers, `${name}, ${theme}, has barriers`).toEqual([]);
}

/** Kept as NAME-WIDTH-THEME.png in the folder of the screenshots. */
export async function look(page: Page, name: string): Promise<void> {
  await lookIn(page, name, 'light');
  await lookIn(page, name, 'dark');
  await page.emulateMedia({ colorScheme: null });
}
