import { beforeEach, expect, test, vi } from 'vitest';
import { RETRY_DELAYS_MS, send } from './request';

interface Sent {
  path: string;
  headers: Headers;
}

/** Answers in turn; the last one for ever. An Error is a connection that broke. */
function shop(...answers: (Response | Error)[]): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    sent.push({ path, headers: new Headers(init.headers) });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer instanceof Response ? Promise.resolve(answer.clone()) : Promise.reject(answer as Error);
  });
  return sent;
}

const ok = (body: object = {}, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { headers });
const refused = (status: number, slug: string) =>
  new Response(
    JSON.stringify({ type: `/problems/${slug}`, title: slug, status, detail: slug }),
    { status },
  );

beforeEach(() => {
  localStorage.clear();
  localStorage.setItem('perpetua.session', '1');
  vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 50 });
  return () => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  };
});

test('a safe request is asked again after a broken connection', async () => {
  const sent = shop(new Error('reset'), ok({ items: [] }));
  expect(await send({ path: '/books' })).toMatchObject({ data: { body: { items: [] } } });
  expect(sent).toHaveLength(2);
});

test('a write is asked again with the same key, and never without one', async () => {
  const keyed = shop(refused(503, 'unavailable'), ok());
  await send({ path: '/cart/items', method: 'POST', body: {}, idempotencyKey: 'k' });
  expect(keyed.map(({ headers }) => headers.get('Idempotency-Key'))).toEqual(['k', 'k']);

  const bare = shop(refused(503, 'unavailable'), ok());
  expect(await send({ path: '/session', method: 'POST', body: {} })).toHaveProperty('error');
  expect(bare).toHaveLength(1);
});

test('the number of tries is bounded', async () => {
  const sent = shop(new Error('down'));
  expect(await send({ path: '/books' })).toEqual({ error: { status: 'unreachable' } });
  expect(sent).toHaveLength(1 + RETRY_DELAYS_MS.length);
});

test('a refusal is not asked again', async () => {
  const sent = shop(refused(409, 'sold-out'));
  const outcome = await send({ path: '/orders', method: 'POST', body: {}, idempotencyKey: 'k' });
  expect(outcome).toMatchObject({ error: { status: 409, problem: { type: '/problems/sold-out' } } });
  expect(sent).toHaveLength(1);
});

test('the first write of a stranger begins a session', async () => {
  localStorage.clear();
  const sent = shop(ok());
  await send({ path: '/cart/items', method: 'POST', body: {}, idempotencyKey: 'k', isPrivate: true });
  expect(sent.map(({ path }) => path)).toEqual(['/api/session', '/api/cart/items']);
});

test('a session that has ended is begun anew', async () => {
  const sent = shop(refused(401, 'unauthenticated'), ok(), ok());
  await send({ path: '/cart/items', method: 'POST', body: {}, idempotencyKey: 'k', isPrivate: true });
  expect(sent.map(({ path }) => path)).toEqual(['/api/cart/items', '/api/session', '/api/cart/items']);
});

test('positions go with private requests alone', async () => {
  const sent = shop(ok({}, { 'Perpetua-Position': 'seen' }));
  await send({ path: '/cart', isPrivate: true });
  await send({ path: '/cart', isPrivate: true });
  await send({ path: '/books' });
  expect(sent[1]?.headers.get('Perpetua-Position')).toContain('seen');
  expect(sent[2]?.headers.get('Perpetua-Position')).toBeNull();
});

test('the cursor of the next page comes out of the Link', async () => {
  shop(ok({ items: [] }, { Link: '</api/books?limit=24&cursor=a%2Bb>; rel="next"' }));
  expect(await send({ path: '/books' })).toMatchObject({ data: { next: 'a+b' } });
});
