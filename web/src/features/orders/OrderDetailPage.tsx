import Alert from 'react-bootstrap/Alert';
import ListGroup from 'react-bootstrap/ListGroup';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { useOrderQuery } from '../../shared/api/api';
import { formatMoney } from '../../shared/format/money';
import { Failed, Loading } from '../../shared/ui/states';

export function Component() {
  const { t, i18n } = useTranslation();
  const { id = '' } = useParams();
  const [parameters] = useSearchParams();
  const { data: order, error, isLoading, refetch } = useOrderQuery(id);
  if (isLoading) return <Loading />;
  if (!order) return <Failed error={error} onRetry={() => void refetch()} />;
  const date = new Date(order.placedAt).toLocaleString(i18n.language, {
    dateStyle: 'long',
    timeStyle: 'short',
  });
  return (
    <>
      {parameters.has('placed') && <Alert variant="success">{t('order.thanks')}</Alert>}
      <h1>{t('order.title', { date })}</h1>
      <dl className="order-facts">
        <dt>{t('order.number')}</dt>
        <dd className="text-break">
          <code>{order.id}</code>
        </dd>
      </dl>
      <p className="text-body-secondary">
        {t('order.takenBy', { region: order.region })}.{' '}
        {order.durability === 'remote'
          ? t('order.remote')
          : t('order.local', { region: order.region })}
      </p>
      <ListGroup as="ul">
        {order.lines.map((line) => (
          <ListGroup.Item as="li" key={line.bookId} className="d-flex gap-3">
            <span className="flex-grow-1">
              {line.quantity} × <Link to={`/books/${line.bookId}`}>{line.title}</Link>
            </span>
            <span className="text-nowrap">{formatMoney(line.total, i18n.language)}</span>
          </ListGroup.Item>
        ))}
      </ListGroup>
      <p className="d-flex justify-content-between fs-4 mt-3">
        <span>{t('cart.total')}</span>
        <strong>{formatMoney(order.total, i18n.language)}</strong>
      </p>
      <Link to="/orders">{t('order.all')}</Link>
    </>
  );
}
