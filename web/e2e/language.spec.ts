import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import { look, test } from './look';
import { beginSession, addByApi, someBooks } from './session';

type Texts = { [key: string]: string | Texts };

const read = (language: string) =>
  JSON.parse(readFileSync(`src/shared/i18n/${language}.json`, 'utf8')) as Texts;
const find = (texts: Texts, key: string): string | undefined => {
  const found = key
    .split('.')
    .reduce<Texts | string | undefined>(
      (node, name) => (typeof node === 'object' ? node[name] : undefined),
      texts,
    );
  return typeof found === 'string' ? found : undefined;
};

const english = read('en');
/** A text as the page must have it, in English where the catalogue has none. */
function inLanguage(language: string): (key: string) => string {
  const texts = read(language);
  return (key) => {
    const text = find(texts, key) ?? find(english, key);
    if (text === undefined) throw new Error(`no text ${key}`);
    return text;
  };
}

/** Of every page some words that are its own, and its title. */
async function expectLanguage(page: Page, language: string): Promise<void> {
  const t = inLanguage(language);
  await expect(page.locator('html')).toHaveAttribute('lang', language);
  await expect(page.getByRole('heading', { level: 1, name: t('home.title') })).toBeVisible();
  await expect(page.getByRole('heading', { level: 2, name: t('home.categories') })).toBeVisible();
  await expect(page.getByRole('link', { name: t('categories.fairy-tales') })).toBeVisible();
  await expect(page.getByRole('searchbox', { name: t('search.label') })).toBeVisible();
  const titled = (key: string) => t('shop.page').replace('{{page}}', t(key));
  for (const [path, key] of [
    ['/cart', 'cart.title'],
    ['/orders', 'orders.title'],
    ['/checkout', 'checkout.title'],
    ['/best-sellers', 'home.bestSellers'],
    ['/no/such/page', 'notFound.title'],
  ] as const) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1, name: t(key) })).toBeVisible();
    await expect(page).toHaveTitle(titled(key));
    await expect(page.locator('html')).toHaveAttribute('lang', language);
  }
}

test.use({ forgiven: /status of 404/ }); // of the page that is not there

for (const [language, locale, name] of [
  ['es', 'es-MX', 'Español'],
  ['de', 'de-AT', 'Deutsch'],
] as const) {
  test.describe(`a browser in ${locale}`, () => {
    test.use({ locale });

    test(`is shown ${language} on every page, and nothing is too long for it`, async ({ page }) => {
      await page.goto('/');
      await expectLanguage(page, language);
      const t = inLanguage(language);
      await beginSession(page);
      const [book] = await someBooks(page, 1, 'cookbooks');
      if (!book) throw new Error('there are no cookbooks');
      await addByApi(page, book.id, 2);
      for (const [path, title] of [
        ['/', 'home'],
        [`/books/${book.id}`, 'book'],
        ['/cart', 'cart'],
        ['/checkout', 'checkout'],
      ] as const) {
        await page.goto(path);
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await look(page, `${title}-${language}`);
      }
      await expect(page.getByLabel(t('checkout.name'))).toBeVisible();
      const amount = (book.price.amount * 2) / 100;
      const money = amount.toLocaleString(language, { style: 'currency', currency: 'EUR' });
      await expect(page.getByText(money).first()).toBeVisible();
    });
  });

  test(`${name} is chosen at the foot of the page, and stays`, async ({ page }) => {
    await page.goto('/');
    const choice = page.getByRole('contentinfo').getByRole('combobox');
    await choice.selectOption(name);
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await page.goto('/');
    await expect(choice).toHaveValue(language);
    await expectLanguage(page, language);
  });
}

test('a browser in a language that the shop does not speak is shown English', async ({
  browser,
}) => {
  const context = await browser.newContext({ locale: 'fr-FR' });
  const page = await context.newPage();
  await page.goto('/');
  await expectLanguage(page, 'en');
  await context.close();
});
