import { expect, test } from 'vitest';
import { formatMoney } from './money';

test.each([
  [{ amount: 1899, currency: 'EUR' }, '€18.99'],
  [{ amount: 5, currency: 'USD' }, '$0.05'],
  [{ amount: 1899, currency: 'JPY' }, '¥1,899'],
  [{ amount: 123456789, currency: 'EUR' }, '€1,234,567.89'],
])('%o is %s', (money, text) => {
  expect(formatMoney(money)).toBe(text);
});
