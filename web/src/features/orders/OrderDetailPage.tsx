import Button from 'react-bootstrap/Button';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useParams } from 'react-router';
import { useOrderQuery, type Address, type Order } from '../../shared/api/api';
import { isApiError } from '../../shared/api/problem';
import { brandName } from '../../shared/format/cards';
import { useDeliveryName } from '../../shared/format/delivery';
import { formatMoney } from '../../shared/format/money';
import { titleOf } from '../../shared/regions';
import { Heading } from '../../shared/ui/Heading';
import { LinkButton } from '../../shared/ui/LinkButton';
import { Receipt } from '../../shared/ui/pictures';
import { Empty, Failed, Loading, Stale } from '../../shared/ui/states';
import { BuyAgain } from './BuyAgain';
import { Lines } from './Lines';
import './orders.scss';
import './receipt.scss';
import { useOrderDate } from './useOrderDate';

function ShipTo({ address }: { address: Address }) {
  const { i18n } = useTranslation();
  const names = new Intl.DisplayNames([i18n.language], { type: 'region' });
  const { name, street, extra, postcode, city, country } = address;
  const rows = [name, street, extra, `${postcode} ${city}`, names.of(country)];
  return (
    <address>
      {rows
        .filter((row) => row !== undefined)
        .map((row, index) => (
          <span key={index}>{row}</span>
        ))}
    </address>
  );
}

function Facts({ order }: { order: Order }) {
  const { t, i18n } = useTranslation();
  const deliveryName = useDeliveryName();
  const dateOf = useOrderDate();
  const { id, shipTo, delivery, payment, durability } = order;
  const region = titleOf(order.region);
  return (
    <dl className="order-facts">
      <div>
        <dt>{t('order.number')}</dt>
        <dd>
          <code>{id}</code>
        </dd>
      </div>
      <div>
        <dt>{t('order.placedAt')}</dt>
        <dd>
          <time dateTime={order.placedAt}>{dateOf(order)}</time>
        </dd>
      </div>
      {shipTo && (
        <div className="order-to">
          <dt>{t('order.shipTo')}</dt>
          <dd>
            <ShipTo address={shipTo} />
          </dd>
        </div>
      )}
      {delivery && (
        <div>
          <dt>{t('order.delivery')}</dt>
          <dd>
            {deliveryName(delivery.method)}, {formatMoney(delivery.price, i18n.language)}
          </dd>
        </div>
      )}
      {payment && (
        <div>
          <dt>{t('order.payment')}</dt>
          <dd>{t('order.paidWith', { brand: brandName(payment.brand), last4: payment.last4 })}</dd>
        </div>
      )}
      <div className="no-print">
        <dt>{t('order.held')}</dt>
        <dd>
          {t('order.takenBy', { region })}{' '}
          {durability === 'remote' ? t('order.remote') : t('order.local', { region })}
        </dd>
      </div>
    </dl>
  );
}

function Missing({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation();
  if (!isApiError(error) || error.status !== 404) return <Failed error={error} onRetry={onRetry} />;
  return (
    <Empty isPage text={t('order.missing')} picture={<Receipt />}>
      <LinkButton to="/orders">{t('order.all')}</LinkButton>
    </Empty>
  );
}

function Placed() {
  const { t } = useTranslation();
  return (
    <div className="order-placed no-print" role="status">
      <Receipt />
      <div>
        <p className="order-thanks">{t('order.thanks')}</p>
        <p>{t('order.next')}</p>
      </div>
    </div>
  );
}

export function Component() {
  const { t } = useTranslation();
  const dateOf = useOrderDate();
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
        <Missing error={error} onRetry={() => void refetch()} />
      </>
    );
  return (
    <article className="order">
      <p className="receipt-head" aria-hidden="true">
        <strong>{t('shop.name')}</strong> <span>{t('order.receipt')}</span>
      </p>
      <div className="no-print">
        <Stale of={order} />
      </div>
      {state?.isPlaced && <Placed />}
      <Heading text={t('order.title', { date: dateOf(order) })} />
      <div className="order-parts">
        <Lines order={order} />
        <div className="card-sheet order-side">
          <Facts order={order} />
          <div className="order-acts no-print">
            <BuyAgain order={order} />
            <Button
              variant="outline-secondary"
              onClick={() => {
                window.print();
              }}
            >
              {t('order.print')}
            </Button>
          </div>
        </div>
      </div>
      <p className="no-print">
        <Link to="/orders">{t('order.all')}</Link>
      </p>
    </article>
  );
}
