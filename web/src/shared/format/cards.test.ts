import { expect, test } from 'vitest';
import { brandName } from './cards';

test.each([
  ['visa', 'Visa'],
  ['mastercard', 'Mastercard'],
  ['amex', 'American Express'],
  ['other', 'Card'],
] as const)('%s is %s', (brand, name) => {
  expect(brandName(brand)).toBe(name);
});
