import { expect, test } from 'vitest';
import type { ApiError, ProblemBody } from '../../shared/api/problem';
import { cartOf, freshBrowser } from '../../shared/testing';
import { beginPurchase, closePurchase, openPurchase } from './purchase';

freshBrowser();

const problem = (status: number, more: Partial<ProblemBody> = {}): ApiError => ({
  status,
  problem: { type: '/problems/x', title: 'x', status, detail: 'x', ...more },
  stale: [],
});

test('a purchase keeps its key, its cart and its lines until it is known what became of it', () => {
  const begun = beginPurchase(cartOf(2));
  expect(begun.idempotencyKey).toMatch(/^[0-9a-f]{32}$/);
  expect(begun).toMatchObject({ etag: '"e"', total: { amount: 2000 } });
  // Every tab reads it, and a reload.
  expect(openPurchase('ca')).toEqual(begun);
});

test('a purchase belongs to its cart', () => {
  beginPurchase(cartOf(2));
  expect(openPurchase('another')).toBeUndefined();
});

test.each([
  ['a lost answer', { status: 'unreachable' as const }],
  ['a time-out', problem(408)],
  ['a failure', problem(500)],
  ['a 503', problem(503)],
  ['a session that has ended', problem(401)],
  ['a refusal while another region is not heard', problem(409, { outcome: 'unknown' })],
])('%s leaves it open', (_, error) => {
  const begun = beginPurchase(cartOf(1));
  closePurchase('ca', error);
  expect(openPurchase('ca')).toEqual(begun);
});

test('a refusal ends it, and the next one has a key of its own', () => {
  const first = beginPurchase(cartOf(1));
  closePurchase('ca', problem(409));
  expect(openPurchase('ca')).toBeUndefined();
  expect(beginPurchase(cartOf(1)).idempotencyKey).not.toBe(first.idempotencyKey);
});

test('what is no purchase of ours is none', () => {
  for (const stored of ['{', '{}', '{"idempotencyKey":1,"etag":"e","lines":[]}']) {
    localStorage.setItem('perpetua.purchase.ca', stored);
    expect(openPurchase('ca')).toBeUndefined();
  }
});
