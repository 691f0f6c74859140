import { beforeEach, expect, test } from 'vitest';
import type { Cart } from '../../shared/api/api';
import { beginPurchase, closePurchase, openPurchase } from './purchase';

const price = { amount: 1899, currency: 'EUR' };
const cart = (quantity: number): Cart => ({
  id: 'ca',
  lines: [{ bookId: 'dune', title: 'Dune', quantity, price, total: price, available: 9 }],
  total: price,
});
const problem = (status: number) => ({
  status,
  problem: { type: '/problems/x', title: 'x', status, detail: 'x' },
});

beforeEach(() => {
  sessionStorage.clear();
});

test('a purchase keeps its key and its lines until it is known what became of it', () => {
  const begun = beginPurchase(cart(1));
  expect(begun.idempotencyKey).toMatch(/^[0-9a-f]{32}$/);
  // A reload reads it from the tab's storage; a changed cart does not change what was asked.
  expect(openPurchase()).toEqual(begun);
  expect(beginPurchase(cart(2))).toEqual(begun);
});

test('a lost answer, a time-out and a 503 leave it open; a refusal ends it', () => {
  for (const error of [{ status: 'unreachable' as const }, problem(408), problem(503), problem(500)]) {
    const begun = beginPurchase(cart(1));
    closePurchase(error);
    expect(openPurchase()).toEqual(begun);
  }
  closePurchase(problem(409));
  expect(openPurchase()).toBeUndefined();
});

test('the next purchase has a key of its own', () => {
  const first = beginPurchase(cart(1));
  closePurchase();
  expect(beginPurchase(cart(1)).idempotencyKey).not.toBe(first.idempotencyKey);
});

test('what is no purchase of ours is none', () => {
  for (const stored of ['{', '{}', '{"idempotencyKey":1,"lines":[]}']) {
    sessionStorage.setItem('perpetua.purchase', stored);
    expect(openPurchase()).toBeUndefined();
  }
});
