import Alert from 'react-bootstrap/Alert';
import ListGroup from 'react-bootstrap/ListGroup';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useParams } from 'react-router';
import { useOrderQuery, type Order } from '../../shared/api/api';
import { isApiError } from '../../shared/api/problem';
import { formatMoney } from '../../shared/format/money';
import { titleOf } from '../../shared/regions';
import { Heading } from '../../shared/ui/Heading';
import { Empty, Failed, Loading, Stale } from '../../shared/ui/states';

function Lines({ lines }: Pick<Order, 'lines'>) {
  const { t, i18n } = useTranslation();
  return (
    <ListGroup as="ul">
      {lines.map(({ bookId, title, quantity, total }) => (
        <ListGroup.Item as="li" key={bookId} className="d-flex gap-3">
          <Link className="flex-grow-1" to={`/books/${bookId}`}>
            {t('order.copies', { count: quantity, title })}
          </Link>
          <span className="text-nowrap">{formatMoney(total, i18n.language)}</span>
        </ListGroup.Item>
      ))}
    </ListGroup>
  );
}

export function Component() {
  const { t, i18n } = useTranslation();
  const { id = '' } = useParams();
  const state = useLocation().state as { isPlaced?: boolean } | null;
  const {
    data: order,
    error,
    isLoading,
    refetch,
  } = useOrderQuery(id, {
    refetchOnMountOrArgChange: true,
  });
  if (isLoading) return <Loading />;
  if (!order)
    return (
      <>
        <Stale of={error} />
        {isApiError(error) && error.status === 404 ? (
          <Empty text={t('order.missing')}>
            <Link to="/orders">{t('order.all')}</Link>
          </Empty>
        ) : (
          <Failed error={error} onRetry={() => void refetch()} />
        )}
      </>
    );
  const date = new Date(order.placedAt).toLocaleString(i18n.language, {
    dateStyle: 'long',
    timeStyle: 'short',
  });
  const region = titleOf(order.region);
  return (
    <>
      <Stale of={order} />
      {state?.isPlaced && <Alert variant="success">{t('order.thanks')}</Alert>}
      <Heading text={t('order.title', { date })} />
      <dl className="order-facts">
        <dt>{t('order.number')}</dt>
        <dd className="text-break">
          <code>{order.id}</code>
        </dd>
      </dl>
      <p className="text-body-secondary">
        {t('order.takenBy', { region })}{' '}
        {order.durability === 'remote' ? t('order.remote') : t('order.local', { region })}
      </p>
      <Lines lines={order.lines} />
      <p className="d-flex justify-content-between fs-4 mt-3">
        <span>{t('cart.total')}</span>
        <strong>{formatMoney(order.total, i18n.language)}</strong>
      </p>
      <Link to="/orders">{t('order.all')}</Link>
    </>
  );
}
