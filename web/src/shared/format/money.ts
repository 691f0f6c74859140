import type { Money } from '../api/api';

/** Minor units as people read them: 1899 EUR is €18.99, 1899 JPY is ¥1,899. */
export function formatMoney({ amount, currency }: Money, locale = 'en'): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}
