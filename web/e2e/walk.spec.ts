import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';

/** Whatever the browser complains of: script errors, failed requests, the security policy. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on('requestfailed', (request) => {
    // A page that is left while its icon loads has not failed.
    const why = request.failure()?.errorText ?? 'failed';
    if (why !== 'net::ERR_ABORTED') complaints.push(`${request.url()}: ${why}`);
  });
  return complaints;
}

async function look(page: Page, name: string): Promise<void> {
  const width = page.viewportSize()?.width ?? 0;
  await page.screenshot({
    path: test.info().outputPath(`${name}-${width.toString()}.png`),
    fullPage: true,
  });
  // Nothing hangs over the edge of a small screen.
  const overhang = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overhang, `${name} is wider than the window`).toBeLessThanOrEqual(0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const barriers = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
  );
  expect(barriers, `${name} has barriers`).toEqual([]);
}

for (const viewport of [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
]) {
  test(`a book is found, bought and found again at ${viewport.width.toString()} px`, async ({
    page,
  }) => {
    await page.setViewportSize(viewport);
    const complaints = complaintsOf(page);

    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.locator('[data-region="eu-west-1"]')).toBeVisible();
    await page.getByRole('link', { name: /^Cookbooks/ }).waitFor();
    await look(page, 'home');

    await page.getByRole('link', { name: /^Cookbooks/ }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Cookbooks' })).toBeVisible();
    const book = page.getByRole('article').first().getByRole('link');
    const title = (await book.textContent()) ?? '';
    await look(page, 'category');

    await book.click();
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
    await page.getByLabel('Quantity').selectOption('2');
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await expect(page.getByText('It is in your cart.')).toBeVisible();
    await expect(page.getByRole('banner').getByText('2 in the cart')).toBeAttached();
    await look(page, 'book');

    await page.getByRole('banner').getByRole('link', { name: /Cart/ }).click();
    await expect(page.getByRole('link', { name: title })).toBeVisible();
    await page.getByLabel(`Quantity of ${title}`).selectOption('3');
    await expect(page.getByLabel(`Quantity of ${title}`)).toHaveValue('3');
    await look(page, 'cart');

    await page.getByRole('link', { name: 'Checkout' }).click();
    await expect(page.getByText(`3 × ${title}`)).toBeVisible();
    await look(page, 'checkout');
    await page.reload();
    await expect(page.getByText(`3 × ${title}`)).toBeVisible();
    await page.getByRole('button', { name: /^Pay / }).dblclick();
    await expect(page.getByText('Thank you. Your order is placed.')).toBeVisible();
    await look(page, 'order');
    await page.reload(); // each page is an address of its own
    await expect(page.getByText(`3 × ${title}`)).toBeVisible();

    await page.getByRole('link', { name: 'All orders' }).click();
    // A double click is one order.
    await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1);
    await look(page, 'orders');
    await page.getByRole('banner').getByRole('link', { name: /Cart/ }).click();
    await expect(page.getByText('Your cart is empty.')).toBeVisible();
    await page.reload();
    await expect(page.getByText('Your cart is empty.')).toBeVisible();
    await look(page, 'cart-empty');

    expect(complaints).toEqual([]);
  });
}

test('a page that is not there says so', async ({ page }) => {
  const answer = await page.goto('/no/such/page');
  expect(answer?.status()).toBe(404);
  await expect(page.getByText('There is nothing here')).toBeVisible();
});
