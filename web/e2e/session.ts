/** The session's cart and orders, past its pages: as the API has them. */
import { expect, type APIResponse, type Page } from '@playwright/test';

interface Order {
  id: string;
  lines: { bookId: string; title: string; quantity: number }[];
}
interface Book {
  id: string;
  price: { amount: number; currency: string };
}

async function json<T>(response: APIResponse): Promise<T> {
  expect(response.ok(), `${response.url()}: ${response.status().toString()}`).toBe(true);
  return (await response.json()) as T;
}

/** Of the newest, at most 100. */
export async function ordersOf(page: Page): Promise<Order[]> {
  const { items } = await json<{ items: Order[] }>(
    await page.request.get('/api/orders', { params: { limit: 100 } }),
  );
  return items;
}

/** How many of each book, by its title. */
export async function cartOf(page: Page): Promise<Record<string, number>> {
  const { lines } = await json<Pick<Order, 'lines'>>(await page.request.get('/api/cart'));
  return Object.fromEntries(lines.map(({ title, quantity }) => [title, quantity]));
}

/** The first books of the catalogue, or of a category. */
export async function someBooks(page: Page, limit: number, category?: string): Promise<Book[]> {
  const params = { limit, ...(category === undefined ? {} : { category }) };
  return (await json<{ items: Book[] }>(await page.request.get('/api/books', { params }))).items;
}

let written = 0;
const headers = () => ({
  Origin: process.env.PERPETUA_URL ?? '',
  'Idempotency-Key': `${Date.now().toString(36)}-${(++written).toString()}`,
});

export const beginSession = async (page: Page): Promise<unknown> =>
  json(await page.request.post('/api/session', { headers: headers(), data: {} }));

export const addByApi = async (page: Page, bookId: string, quantity = 1): Promise<unknown> =>
  json(
    await page.request.post('/api/cart/items', { headers: headers(), data: { bookId, quantity } }),
  );

export const orderByApi = async (page: Page, { id: bookId, price }: Book): Promise<unknown> =>
  json(
    await page.request.post('/api/orders', {
      headers: headers(),
      data: { lines: [{ bookId, quantity: 1, price }] },
    }),
  );
