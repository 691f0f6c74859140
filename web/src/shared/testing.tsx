/** For tests: a shop that answers as the test says, and pages that ask it. */
import { cleanup, configure, render } from '@testing-library/react';
import { I18nextProvider } from 'react-i18next';
import { Provider } from 'react-redux';
import { createMemoryRouter, RouterProvider, type RouteObject } from 'react-router';
import { afterEach, beforeEach, vi } from 'vitest';
import type { Cart } from './api/api';
import { RETRY_DELAYS_MS } from './api/request';
import { makeStore } from './api/store';
import { i18n } from './i18n';

// Long enough for a busy machine; what comes is seen at once.
configure({ asyncUtilTimeout: 15_000 });

export interface Reply {
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
}
/** An Error is a connection that breaks; of a list each is given once, and the last for ever. */
export type Replies = Reply | Error | Promise<Reply> | (Reply | Error | Promise<Reply>)[];

export interface Sent {
  method: string;
  path: string;
  headers: Headers;
  body: unknown;
}

export const problem = (status: number, slug: string, more: object = {}): Reply => ({
  status,
  body: { type: `/problems/${slug}`, title: slug, status, detail: `detail of ${slug}`, ...more },
});

/** Answers by method and path: 'GET /cart'. What is not listed is not found. Gives what was sent. */
export function shop(routes: Record<string, Replies>): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', async (url: string, { method = 'GET', headers, body }: RequestInit) => {
    const path = url.replace('/api', '');
    sent.push({
      method,
      path,
      headers: new Headers(headers),
      body: JSON.parse((body as string | undefined) ?? 'null'),
    });
    const replies = routes[`${method} ${path}`] ?? problem(404, 'not-found');
    const reply = await (Array.isArray(replies)
      ? replies.length > 1
        ? replies.shift()
        : replies[0]
      : replies);
    if (reply instanceof Error) throw reply;
    return new Response(JSON.stringify(reply?.body ?? {}), {
      status: reply?.status ?? 200,
      headers: reply?.headers ?? {},
    });
  });
  return sent;
}

/** A reply that comes when the test says so. */
export function later() {
  let answer: (reply: Reply) => void = () => undefined;
  const reply = new Promise<Reply>((resolve) => (answer = resolve));
  return { reply, answer };
}

export const ofPath = (sent: Sent[], route: string): Sent[] =>
  sent.filter(({ method, path }) => `${method} ${path}` === route);

export const price = { amount: 1000, currency: 'EUR' };

export function cartOf(quantity: number, more: Partial<Cart> = {}): Cart {
  const total = { amount: 1000 * quantity, currency: 'EUR' };
  const line = {
    bookId: 'dune',
    title: 'Dune',
    authors: ['Frank Herbert'],
    category: 'science-fiction',
    quantity,
    price,
    total,
    available: 9,
  };
  return { id: 'ca', lines: quantity > 0 ? [line] : [], total, etag: '"e"', stale: [], ...more };
}

/** What GET /cart says of it. */
export const cartReply = ({ etag, stale, ...body }: Cart): Reply => ({
  body,
  headers: { ETag: etag, ...(stale.length > 0 ? { 'Perpetua-Stale': stale.join(', ') } : {}) },
});

export function open(path: string, routes: RouteObject[]) {
  const router = createMemoryRouter(routes, { initialEntries: [path] });
  const page = render(
    <Provider store={makeStore()}>
      <I18nextProvider i18n={i18n}>
        <RouterProvider router={router} />
      </I18nextProvider>
    </Provider>,
  );
  return { ...page, router };
}

export function haveSession(has: boolean): void {
  document.cookie = has ? 'perpetua_guest=1' : 'perpetua_guest=; Max-Age=0';
}

/** Each test has a browser of its own, with a session, and nobody waits between tries. */
export function freshBrowser(): void {
  beforeEach(() => {
    localStorage.clear();
    sessionStorage.clear();
    haveSession(true);
    RETRY_DELAYS_MS.fill(0);
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
  });
}
