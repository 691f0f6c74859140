import { expect, test } from 'vitest';
import type { ApiError, ProblemBody } from '../../shared/api/problem';
import { cartOf, freshBrowser } from '../../shared/testing';
import { beginPurchase, closePurchase, isWaitedFor, openPurchase } from './purchase';

freshBrowser();

const details = {
  delivery: { method: 'standard', price: { amount: 390, currency: 'EUR' } },
  payment: { brand: 'visa' as const, last4: '4242' },
};

const problem = (status: number, more: Partial<ProblemBody> = {}): ApiError => ({
  status,
  problem: { type: '/problems/x', title: 'x', status, detail: 'x', ...more },
  stale: [],
});

test('a purchase keeps its key, its cart and its lines until it is known what became of it', () => {
  const begun = beginPurchase(cartOf(2), details);
  expect(begun.idempotencyKey).toMatch(/^[0-9a-f]{32}$/);
  expect(begun).toMatchObject({ etag: '"e"', details, total: { amount: 2390 } });
  // Every tab reads it, and a reload.
  expect(openPurchase('ca')).toEqual(begun);
});

test('a purchase is waited for so long, and no longer', () => {
  const begun = beginPurchase(cartOf(1), details);
  expect(isWaitedFor(begun)).toBe(true);
  expect(isWaitedFor({ ...begun, begunAtMs: begun.begunAtMs - 11 * 60_000 })).toBe(false);
});

test('a purchase belongs to its cart', () => {
  beginPurchase(cartOf(2), details);
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
  const begun = beginPurchase(cartOf(1), details);
  closePurchase('ca', error);
  expect(openPurchase('ca')).toEqual(begun);
});

test('a refusal ends it, and the next one has a key of its own', () => {
  const first = beginPurchase(cartOf(1), details);
  closePurchase('ca', problem(409));
  expect(openPurchase('ca')).toBeUndefined();
  expect(beginPurchase(cartOf(1), details).idempotencyKey).not.toBe(first.idempotencyKey);
});

test('what is no purchase of ours is none', () => {
  for (const stored of ['{', '{}', '{"idempotencyKey":"k","etag":"e","lines":[]}']) {
    localStorage.setItem('perpetua.purchase.ca', stored);
    expect(openPurchase('ca')).toBeUndefined();
  }
});
