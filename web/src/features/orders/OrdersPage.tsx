import { useEffect, useRef, useState } from 'react';
import Button from 'react-bootstrap/Button';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useOrdersQuery, type Order } from '../../shared/api/api';
import { useHasSession } from '../../shared/api/session';
import { formatMoney } from '../../shared/format/money';
import { Heading } from '../../shared/ui/Heading';
import { LinkButton } from '../../shared/ui/LinkButton';
import { Receipt } from '../../shared/ui/pictures';
import { Empty, Failed, Loading, Stale } from '../../shared/ui/states';
import { BuyAgain } from './BuyAgain';
import { LineCover } from './Lines';
import './orders.scss';
import { useOrderDate } from './useOrderDate';

const COVERS = 6;

function Row({ order }: { order: Order }) {
  const { t, i18n } = useTranslation();
  const dateOf = useOrderDate();
  const copies = order.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const covers = order.lines.filter(({ category }) => category !== undefined).slice(0, COVERS);
  const further = order.lines.length - covers.length;
  return (
    <li className="card-sheet order-card">
      <h2 className="order-when">
        <Link to={`/orders/${order.id}`}>{dateOf(order)}</Link>
      </h2>
      <p className="order-sum">
        <span className="soft">{t('orders.lines', { count: copies })}</span>
        <span className="price">{formatMoney(order.total, i18n.language)}</span>
      </p>
      {covers.length > 0 && (
        <div className="order-covers">
          {covers.map((line) => (
            <LineCover key={line.bookId} line={line} />
          ))}
          {further > 0 && (
            <span className="soft small">{t('orders.further', { count: further })}</span>
          )}
        </div>
      )}
      <div className="order-again">
        <BuyAgain order={order} isSmall />
      </div>
    </li>
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
        <Empty text={t('orders.empty')} picture={<Receipt />}>
          <LinkButton to="/">{t('cart.browse')}</LinkButton>
        </Empty>
      </>
    );
  const next = data.next;
  return (
    <>
      <Stale of={data} />
      <ul className="order-list" ref={list}>
        {data.items.map((order) => (
          <Row key={order.id} order={order} />
        ))}
      </ul>
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
