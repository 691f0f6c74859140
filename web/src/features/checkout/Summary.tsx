import { useTranslation } from 'react-i18next';
import type { Money, OrderDetails } from '../../shared/api/api';
import { useDeliveryName } from '../../shared/format/delivery';
import { formatMoney } from '../../shared/format/money';
import { Cover } from '../../shared/ui/Cover';
import type { Purchase } from './purchase';

interface SummaryProps {
  lines: Purchase['lines'];
  delivery: OrderDetails['delivery'];
  total: Money;
}

/** What is being bought. */
export function Summary({ lines, delivery, total }: SummaryProps) {
  const { t, i18n } = useTranslation();
  const nameOf = useDeliveryName();
  return (
    <>
      {/* When it is longer than its room the keyboard pushes it along. */}
      <ul className="summary-lines" tabIndex={0} aria-label={t('checkout.summary')}>
        {lines.map(({ bookId, title, authors, category, quantity, total: sum }) => (
          <li key={bookId}>
            <div className="cover-frame">
              <Cover book={{ title, authors, category }} />
            </div>
            <span>{t('checkout.copies', { count: quantity, title })}</span>
            <span className="price">{formatMoney(sum, i18n.language)}</span>
          </li>
        ))}
      </ul>
      <dl className="summary-sums">
        {delivery && (
          <div>
            <dt>{nameOf(delivery.method)}</dt>
            <dd className="price">{formatMoney(delivery.price, i18n.language)}</dd>
          </div>
        )}
        <div className="summary-total">
          <dt>{t('cart.total')}</dt>
          <dd className="price">{formatMoney(total, i18n.language)}</dd>
        </div>
      </dl>
    </>
  );
}
