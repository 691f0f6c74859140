import { expect, test, vi } from 'vitest';
import { haveSession, ofPath, problem, shop, freshBrowser, type Reply } from '../testing';
import { isOutcomeUnknown, type ApiError } from './problem';
import { PRIVATE_MAX, RETRY_DELAYS_MS, send, type Request } from './request';

freshBrowser();

const POSITION_LENGTH_MAX = 1024; // docs/formats/tokens.md
const HEAD_LENGTH_MAX = 16 * 1024; // api/openapi.yaml: headers-too-large
const ADD = 'POST /cart/items';
const add = (bookId = 'dune', quantity = 1): Request => ({
  path: '/cart/items',
  method: 'POST',
  body: { bookId, quantity },
  subject: bookId,
  isPrivate: true,
});
const order: Request = {
  path: '/orders',
  method: 'POST',
  body: {},
  idempotencyKey: 'k',
  isPrivate: true,
};
const reset = new Error('reset');
const errorOf = async (request: Request): Promise<ApiError> => {
  const outcome = await send(request);
  if ('data' in outcome) throw new Error('it was answered');
  return outcome.error;
};
const keysOf = (sent: { headers: Headers }[]) =>
  sent.map(({ headers }) => headers.get('Idempotency-Key'));

test('a safe request is asked again after a broken connection', async () => {
  const sent = shop({ 'GET /books': [reset, { body: { items: [] } }] });
  expect(await send({ path: '/books' })).toMatchObject({ data: { body: { items: [] } } });
  expect(sent).toHaveLength(2);
});

test('a write is asked again with the same key', async () => {
  const sent = shop({ 'POST /orders': [problem(503, 'unavailable'), {}] });
  await send(order);
  expect(keysOf(sent)).toEqual(['k', 'k']);
});

test('the number of tries is bounded', async () => {
  const sent = shop({ 'GET /books': reset });
  expect(await send({ path: '/books' })).toEqual({ error: { status: 'unreachable' } });
  expect(sent).toHaveLength(1 + RETRY_DELAYS_MS.length);
});

test('a refusal is not asked again, not even one of unknown outcome', async () => {
  const sent = shop({ 'POST /orders': problem(409, 'sold-out', { outcome: 'unknown' }) });
  const error = await errorOf(order);
  expect(error).toMatchObject({ status: 409, problem: { type: '/problems/sold-out' } });
  expect(sent).toHaveLength(1);
});

test('whether the outcome is unknown is what the problem says, at any status', async () => {
  for (const status of [404, 409, 412, 422]) {
    shop({ 'POST /orders': problem(status, 'x', { outcome: 'unknown' }) });
    expect(isOutcomeUnknown(await errorOf(order))).toBe(true);
    shop({ 'POST /orders': problem(status, 'x') });
    expect(isOutcomeUnknown(await errorOf(order))).toBe(false);
  }
});

test("a refusal in words that are not the API's counts as what its status says", async () => {
  vi.stubGlobal('fetch', () =>
    Promise.resolve(new Response('<h1>too large</h1>', { status: 413, statusText: 'Too Large' })),
  );
  expect(await errorOf(order)).toMatchObject({ status: 413, problem: { detail: 'Too Large' } });
});

test('the shop says when to come back', async () => {
  vi.useFakeTimers();
  const busy = { ...problem(503, 'unavailable'), headers: { 'Retry-After': '1' } };
  const sent = shop({ 'GET /books': [busy, { body: {} }] });
  const answered = send({ path: '/books' });
  await vi.advanceTimersByTimeAsync(990);
  expect(sent).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(520);
  expect(await answered).toHaveProperty('data');
  vi.useRealTimers();
});

test('the first writes of a stranger begin one session, however many there are at once', async () => {
  haveSession(false);
  const began = new Promise<Reply>((resolve) => {
    setTimeout(resolve, 0, { status: 201 }); // when both have been sent on their way
  });
  const sent = shop({ 'POST /session': began, [ADD]: {} });
  await Promise.all([send(add('dune')), send(add('emma'))]);
  expect(sent.map(({ path }) => path)).toEqual(['/session', '/cart/items', '/cart/items']);
});

test('one tab begins a session at a time', async () => {
  haveSession(false);
  const locked: string[] = [];
  const request = (name: string, work: () => Promise<unknown>) => {
    locked.push(name);
    return work();
  };
  vi.stubGlobal('navigator', { locks: { request } });
  shop({ 'POST /session': { status: 201 }, [ADD]: {} });
  expect(await send(add())).toHaveProperty('data');
  expect(locked).toEqual(['perpetua.session']);
});

test('a session is known by its cookie, not by what scripts have stored', async () => {
  localStorage.clear();
  const sent = shop({ [ADD]: {} });
  await send(add());
  expect(sent).toHaveLength(1);
});

test('beginning a session is asked again, for it writes nothing', async () => {
  haveSession(false);
  const sent = shop({ 'POST /session': [problem(503, 'unavailable'), { status: 201 }], [ADD]: {} });
  expect(await send(add())).toHaveProperty('data');
  expect(sent).toHaveLength(3);
});

test('a write on the cart begins a session anew when it has ended', async () => {
  const sent = shop({
    [ADD]: [problem(401, 'unauthenticated'), {}],
    'POST /session': { status: 201 },
  });
  expect(await send(add())).toHaveProperty('data');
  expect(sent.map(({ path }) => path)).toEqual(['/cart/items', '/session', '/cart/items']);
});

test('an order never goes to another session', async () => {
  const sent = shop({ 'POST /orders': problem(401, 'unauthenticated'), 'POST /session': {} });
  expect(await errorOf(order)).toMatchObject({ status: 401 });
  expect(sent).toHaveLength(1);
});

test('what may have been done keeps its key until it is known', async () => {
  const sent = shop({ [ADD]: [reset, reset, reset, reset, {}] });
  expect(await errorOf(add())).toEqual({ status: 'unreachable' });
  await send(add());
  await send(add());
  const keys = keysOf(ofPath(sent, ADD));
  expect(new Set(keys.slice(0, 5)).size).toBe(1); // four tries, and the buyer's own
  expect(keys[5]).not.toBe(keys[4]);
});

test('a buyer who has gone on from there does something new', async () => {
  const set = (quantity: number): Request => ({
    path: '/cart/items/{bookId}',
    id: 'dune',
    method: 'PUT',
    body: { quantity },
    subject: 'dune',
    isPrivate: true,
  });
  const sent = shop({ 'PUT /cart/items/dune': [reset, reset, reset, reset, {}] });
  await send(set(3));
  await send(set(4));
  await send(set(3));
  const keys = keysOf(sent);
  expect(new Set([keys[3], keys[4], keys[5]]).size).toBe(3);
});

test('positions go with private requests alone', async () => {
  const sent = shop({
    'GET /cart': { headers: { 'Perpetua-Position': 'seen' } },
    'GET /books': { body: { items: [] } },
  });
  await send({ path: '/cart', isPrivate: true });
  await send({ path: '/cart', isPrivate: true });
  await send({ path: '/books' });
  expect(sent[1]?.headers.get('Perpetua-Position')).toContain('seen');
  expect(sent[2]?.headers.get('Perpetua-Position')).toBeNull();
});

test('no position is lost, however many requests there are at once', async () => {
  let number = 0;
  let underWay = 0;
  const carried: string[] = [];
  vi.stubGlobal('fetch', async (_: string, { headers }: RequestInit) => {
    expect(++underWay).toBeLessThanOrEqual(PRIVATE_MAX);
    carried.push(new Headers(headers).get('Perpetua-Position') ?? '');
    await Promise.resolve();
    --underWay;
    // Stands for a join: it names all that was sent.
    const joined = `${carried.at(-1)?.replaceAll(/[(), ]+/g, '+') ?? ''}+p${String(++number)}`;
    return new Response('{}', { headers: { 'Perpetua-Position': joined } });
  });
  await Promise.all(Array.from({ length: 20 }, () => send({ path: '/cart', isPrivate: true })));
  await send({ path: '/cart', isPrivate: true });
  const last = carried.at(-1) ?? '';
  for (let p = 1; p <= 20; ++p) expect(last.split(/[+, ]+/)).toContain(`p${String(p)}`);
  for (const header of carried) expect(header.split(',').length).toBeLessThanOrEqual(PRIVATE_MAX);
  // They leave room for the cookies, which are as long again.
  expect(PRIVATE_MAX * (POSITION_LENGTH_MAX + 2)).toBeLessThan(HEAD_LENGTH_MAX / 2);
});

test('an answer says how old it is, and so does a refusal', async () => {
  const headers = { 'Perpetua-Stale': 'eu-west-1, sa-east-1' };
  shop({ 'GET /orders': { headers }, 'GET /cart': { ...problem(404, 'not-found'), headers } });
  const stale = ['eu-west-1', 'sa-east-1'];
  expect(await send({ path: '/orders', isPrivate: true })).toMatchObject({ data: { stale } });
  expect(await errorOf({ path: '/cart', isPrivate: true })).toMatchObject({ stale });
});

test('the cursor of the next page comes out of the Link', async () => {
  shop({
    'GET /books?cursor=x': {
      body: { items: [] },
      headers: { Link: '</api/books?limit=24&cursor=a%2Bb>; rel="next"' },
    },
  });
  const outcome = await send({ path: '/books', query: { cursor: 'x', category: undefined } });
  expect(outcome).toMatchObject({ data: { next: 'a+b' } });
});
