import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Order, OrderLine } from '../../shared/api/api';
import { useDeliveryName } from '../../shared/format/delivery';
import { formatMoney } from '../../shared/format/money';
import { Cover } from '../../shared/ui/Cover';

/** Of a book that is no longer sold not enough is known for a cover. */
export function LineCover({ line: { title, authors = [], category } }: { line: OrderLine }) {
  return (
    <div className="cover-frame">
      {category !== undefined && <Cover book={{ title, authors, category }} />}
    </div>
  );
}

function Line({ line }: { line: OrderLine }) {
  const { t, i18n } = useTranslation();
  const { bookId, title, authors = [], quantity } = line;
  const price = formatMoney(line.price, i18n.language);
  return (
    <tr>
      <th scope="row">
        <div className="order-book">
          <LineCover line={line} />
          <div>
            <Link to={`/books/${bookId}`}>{title}</Link>
            {authors.length > 0 && <p className="soft small">{authors.join(', ')}</p>}
            <p className="soft small order-narrow">{t('order.each', { count: quantity, price })}</p>
          </div>
        </div>
      </th>
      <td className="order-wide">{quantity}</td>
      <td className="order-wide">{price}</td>
      <td>{formatMoney(line.total, i18n.language)}</td>
    </tr>
  );
}

/** What was bought, its delivery, and what it came to. */
export function Lines({ order: { lines, delivery, total } }: { order: Order }) {
  const { t, i18n } = useTranslation();
  const deliveryName = useDeliveryName();
  return (
    <table className="order-lines">
      <thead>
        <tr>
          <th scope="col">{t('order.book')}</th>
          <th scope="col" className="order-wide">
            {t('order.quantity')}
          </th>
          <th scope="col" className="order-wide">
            {t('order.price')}
          </th>
          <th scope="col">{t('cart.total')}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <Line key={line.bookId} line={line} />
        ))}
      </tbody>
      <tfoot>
        {delivery && (
          <tr>
            <th scope="row">{deliveryName(delivery.method)}</th>
            <td className="order-wide" />
            <td className="order-wide" />
            <td>{formatMoney(delivery.price, i18n.language)}</td>
          </tr>
        )}
        <tr className="order-total">
          <th scope="row">{t('cart.total')}</th>
          <td className="order-wide" />
          <td className="order-wide" />
          <td>{formatMoney(total, i18n.language)}</td>
        </tr>
      </tfoot>
    </table>
  );
}
