import { expect, test } from 'vitest';
import {
  brandOf,
  faultsOfCard,
  formatExpiry,
  formatNumber,
  isLuhn,
  paymentOf,
  testCard,
} from './card';

const now = new Date(2026, 10, 25);
const good = testCard(now);

test.each([
  ['4242424242424242', 'visa'],
  ['5555555555554444', 'mastercard'],
  ['2223003122003222', 'mastercard'],
  ['2720999999999996', 'mastercard'],
  ['2721000000000004', 'other'],
  ['378282246310005', 'amex'],
  ['6011111111111117', 'other'],
  ['', 'other'],
])('%s is a card of %s', (number, brand) => {
  expect(brandOf(number)).toBe(brand);
});

test.each([
  ['4242424242424242', true],
  ['4242424242424241', false],
  ['378282246310005', true],
  ['0', true],
  ['', false],
])('the check digit of %s is right: %s', (digits, isRight) => {
  expect(isLuhn(digits)).toBe(isRight);
});

test.each([
  ['42424', '4242 4'],
  ['4242 4242 4242 4242', '4242 4242 4242 4242'],
  ['378282246310005', '3782 822463 10005'],
  ['4242x', '4242'],
  ['1'.repeat(40), '1111 1111 1111 1111 111'],
])('the number %s is grouped as on the card', (typed, shown) => {
  expect(formatNumber(typed)).toBe(shown);
});

test.each([
  ['1', '1'],
  ['12', '12'],
  ['123', '12 / 3'],
  ['1227', '12 / 27'],
  ['12/2027', '12 / 27'],
  ['122027', '12 / 27'],
  ['4/28', '04 / 28'],
  ['428', '04 / 28'],
  ['', ''],
])('the month %s is shown as %s', (typed, shown) => {
  expect(formatExpiry(typed)).toBe(shown);
});

test('the test card is in order, and every fault is found where it is', () => {
  expect(faultsOfCard(good, now)).toEqual({});
  expect(faultsOfCard({ number: '', expiry: '', code: '' }, now)).toEqual({
    number: 'missing',
    expiry: 'missing',
    code: 'missing',
  });
  expect(faultsOfCard({ ...good, number: '4242 4242 4242 4243' }, now)).toEqual({
    number: 'number',
  });
  expect(faultsOfCard({ ...good, number: '4242 4242 4242' }, now)).toEqual({ number: 'number' });
  expect(faultsOfCard({ ...good, expiry: '13 / 28' }, now)).toEqual({ expiry: 'expiry' });
  expect(faultsOfCard({ ...good, expiry: '10 / 26' }, now)).toEqual({ expiry: 'past' });
  expect(faultsOfCard({ ...good, expiry: '11 / 26' }, now)).toEqual({});
  expect(faultsOfCard({ ...good, code: '1234' }, now)).toEqual({ code: 'code' });
  const amex = { ...good, number: '3782 822463 10005' };
  expect(faultsOfCard(amex, now)).toEqual({ code: 'code' });
  expect(faultsOfCard({ ...amex, code: '1234' }, now)).toEqual({});
});

test('an order has of a card only its brand and its last four digits', () => {
  expect(paymentOf(good)).toEqual({ brand: 'visa', last4: '4242' });
});
