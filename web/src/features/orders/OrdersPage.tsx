import { useState } from 'react';
import Button from 'react-bootstrap/Button';
import ListGroup from 'react-bootstrap/ListGroup';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useOrdersQuery, type Order } from '../../shared/api/api';
import { useHasSession } from '../../shared/api/session';
import { formatMoney } from '../../shared/format/money';
import { LinkButton } from '../../shared/ui/LinkButton';
import { Empty, Failed, Loading } from '../../shared/ui/states';

function Row({ order }: { order: Order }) {
  const { t, i18n } = useTranslation();
  const copies = order.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  return (
    <ListGroup.Item as="li" className="d-flex flex-wrap gap-3">
      <Link className="flex-grow-1" to={`/orders/${order.id}`}>
        {new Date(order.placedAt).toLocaleString(i18n.language, {
          dateStyle: 'medium',
          timeStyle: 'short',
        })}
      </Link>
      <span>{t('orders.lines', { count: copies })}</span>
      <span className="fw-semibold">{formatMoney(order.total, i18n.language)}</span>
    </ListGroup.Item>
  );
}

interface PageProps {
  cursor: string | undefined;
  isLast: boolean;
  onMore: (next: string) => void;
}

function OrdersOf({ cursor, isLast, onMore }: PageProps) {
  const { t } = useTranslation();
  const hasSession = useHasSession();
  // Orders come from other regions and other windows too: never from what was read before.
  const { data, error, isLoading, refetch } = useOrdersQuery(
    cursor === undefined ? {} : { cursor },
    { skip: !hasSession, refetchOnMountOrArgChange: true },
  );
  const isStranger = !hasSession || (error && 'status' in error && error.status === 401);
  if (isLoading) return <Loading />;
  if (isStranger || (data?.items.length === 0 && cursor === undefined))
    return (
      <Empty text={t('orders.empty')}>
        <LinkButton to="/">{t('cart.browse')}</LinkButton>
      </Empty>
    );
  if (!data) return <Failed error={error} onRetry={() => void refetch()} />;
  const next = data.next;
  return (
    <>
      <ListGroup as="ul" className="mb-3">
        {data.items.map((order) => (
          <Row key={order.id} order={order} />
        ))}
      </ListGroup>
      {isLast && next !== undefined && (
        <Button
          variant="outline-primary"
          onClick={() => {
            onMore(next);
          }}
        >
          {t('orders.more')}
        </Button>
      )}
    </>
  );
}

export function Component() {
  const { t } = useTranslation();
  const [cursors, setCursors] = useState<(string | undefined)[]>([undefined]);
  return (
    <>
      <h1>{t('orders.title')}</h1>
      {cursors.map((cursor, index) => (
        <OrdersOf
          key={cursor ?? 'first'}
          cursor={cursor}
          isLast={index === cursors.length - 1}
          onMore={(next) => {
            setCursors([...cursors, next]);
          }}
        />
      ))}
    </>
  );
}
