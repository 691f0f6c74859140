import type { Order } from '../api/api';
import { i18n } from '../i18n';

type Brand = NonNullable<Order['payment']>['brand'];

const NAMES: Record<Exclude<Brand, 'other'>, string> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'American Express',
};

/** What stands on the card: a name in every language; of any other card only that it is one. */
export const brandName = (brand: Brand): string =>
  brand === 'other' ? i18n.t('payment.other') : NAMES[brand];
