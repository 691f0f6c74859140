import { useTranslation } from 'react-i18next';
import type { Order } from '../../shared/api/api';

/** When an order was placed, as the buyer's language and clock have it. */
export function useOrderDate(): (order: Pick<Order, 'placedAt'>) => string {
  const { i18n } = useTranslation();
  return ({ placedAt }) =>
    new Date(placedAt).toLocaleString(i18n.language, { dateStyle: 'long', timeStyle: 'short' });
}
