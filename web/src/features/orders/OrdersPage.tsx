import { useEffect, useRef, useState } from 'react';
import Button from 'react-bootstrap/Button';
import ListGroup from 'react-bootstrap/ListGroup';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useOrdersQuery, type Order } from '../../shared/api/api';
import { useHasSession } from '../../shared/api/session';
import { formatMoney } from '../../shared/format/money';
import { Heading } from '../../shared/ui/Heading';
import { LinkButton } from '../../shared/ui/LinkButton';
import { Empty, Failed, Loading, Stale } from '../../shared/ui/states';

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
  const list = useRef<HTMLUListElement>(null);
  const isFurther = cursor !== undefined && data !== undefined;
  useEffect(() => {
    // The button that brought these orders is gone, and the focus with it.
    if (isFurther) list.current?.querySelector('a')?.focus();
  }, [isFurther]);
  if (isLoading) return <Loading />;
  if (hasSession && !data)
    return (
      <>
        <Stale of={error} />
        <Failed error={error} onRetry={() => void refetch()} />
      </>
    );
  if (!data || (data.items.length === 0 && cursor === undefined))
    return (
      <>
        <Stale of={data} />
        <Empty text={t('orders.empty')}>
          <LinkButton to="/">{t('cart.browse')}</LinkButton>
        </Empty>
      </>
    );
  const next = data.next;
  return (
    <>
      <Stale of={data} />
      <ListGroup as="ul" className="mb-3" ref={list}>
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
      <Heading text={t('orders.title')} />
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
