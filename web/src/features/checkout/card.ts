import type { Order } from '../../shared/api/api';

/** A card as it is typed. It lives in the page's memory alone: it is neither kept nor sent. */
export interface Card {
  number: string;
  expiry: string;
  code: string;
}
export type Payment = NonNullable<Order['payment']>;
export type CardFault = 'missing' | 'number' | 'expiry' | 'past' | 'code';

export const NO_CARD: Card = { number: '', expiry: '', code: '' };

const digitsOf = (text: string): string => text.replace(/\D/g, '');

/** Ranges of issuer identification numbers (ISO/IEC 7812), as far as receipts tell them apart. */
export function brandOf(number: string): Payment['brand'] {
  const digits = digitsOf(number);
  const four = Number(digits.slice(0, 4).padEnd(4, '0'));
  if (digits.startsWith('4')) return 'visa';
  if (/^5[1-5]/.test(digits) || (digits.length >= 4 && four >= 2221 && four <= 2720))
    return 'mastercard';
  return /^3[47]/.test(digits) ? 'amex' : 'other';
}

const LENGTHS: Record<Payment['brand'], number[]> = {
  visa: [13, 16, 19],
  mastercard: [16],
  amex: [15],
  other: [12, 13, 14, 15, 16, 17, 18, 19],
};
const DIGITS_MAX = 19;

/** ISO/IEC 7812-1, annex B: the check digit that tells a mistyped number. */
export function isLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return digits.length > 0 && sum % 10 === 0;
}

/** In the groups in which it is printed on the card. */
export function formatNumber(text: string): string {
  const digits = digitsOf(text).slice(0, DIGITS_MAX);
  const groups =
    brandOf(digits) === 'amex'
      ? [digits.slice(0, 4), digits.slice(4, 10), digits.slice(10)]
      : (digits.match(/.{1,4}/g) ?? []);
  return groups.filter(Boolean).join(' ');
}

/** MM / YY, from what is typed and from what browsers fill in (12/2027). */
export function formatExpiry(text: string): string {
  const digits = digitsOf(/^\s*\d\s*\//.test(text) ? `0${text.trim()}` : text);
  const month = /^[2-9]/.test(digits) ? `0${digits.slice(0, 1)}` : digits.slice(0, 2);
  const rest = digits.slice(month === digits.slice(0, 2) ? 2 : 1);
  const year = rest.length >= 4 ? rest.slice(2, 4) : rest.slice(0, 4);
  return year ? `${month} / ${year}` : month;
}

export const formatCode = (text: string): string => digitsOf(text).slice(0, 4);

function faultOfNumber(text: string): CardFault | undefined {
  const digits = digitsOf(text);
  if (digits === '') return 'missing';
  const isWhole = LENGTHS[brandOf(digits)].includes(digits.length) && isLuhn(digits);
  return isWhole ? undefined : 'number';
}

function faultOfExpiry(text: string, now: Date): CardFault | undefined {
  if (text.trim() === '') return 'missing';
  const match = /^(0[1-9]|1[0-2]) \/ (\d\d)$/.exec(text);
  if (!match) return 'expiry';
  // Good to the end of its month.
  const end = new Date(2000 + Number(match[2]), Number(match[1]), 1);
  return end > now ? undefined : 'past';
}

function faultOfCode(text: string, number: string): CardFault | undefined {
  if (text === '') return 'missing';
  return text.length === (brandOf(number) === 'amex' ? 4 : 3) ? undefined : 'code';
}

export function faultsOfCard(card: Card, now: Date): Partial<Record<keyof Card, CardFault>> {
  const faults = {
    number: faultOfNumber(card.number),
    expiry: faultOfExpiry(card.expiry, now),
    code: faultOfCode(card.code, card.number),
  };
  return Object.fromEntries(Object.entries(faults).filter(([, fault]) => fault !== undefined));
}

/** What an order says of a card. */
export const paymentOf = ({ number }: Card): Payment => ({
  brand: brandOf(number),
  last4: digitsOf(number).slice(-4),
});

/** A number that passes every check and belongs to nobody. */
export const testCard = (now: Date): Card => ({
  number: '4242 4242 4242 4242',
  expiry: `12 / ${(now.getFullYear() + 2).toString().slice(-2)}`,
  code: '123',
});
