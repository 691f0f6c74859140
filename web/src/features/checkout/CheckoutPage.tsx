import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useDeliveryQuery, type Cart, type OrderDetails } from '../../shared/api/api';
import { useCart } from '../../shared/api/cart';
import { isApiError } from '../../shared/api/problem';
import { Heading } from '../../shared/ui/Heading';
import { LinkButton } from '../../shared/ui/LinkButton';
import { Bag, Receipt } from '../../shared/ui/pictures';
import { Empty, Failed, Loading, Stale } from '../../shared/ui/states';
import { OpenOrder } from './OpenOrder';
import { OrderForm } from './OrderForm';
import { pointerOf, Refusal } from './Refusal';
import { usePurchase } from './usePurchase';
import './checkout.scss';

const SHIP_TO = '/shipTo/';

function NothingToPay() {
  const { t } = useTranslation();
  return (
    <Empty picture={<Bag />} text={t('checkout.empty')}>
      <LinkButton to="/">{t('cart.browse')}</LinkButton>
    </Empty>
  );
}

/** The cart as it will be ordered; or, while it is open what became of it, as it was. */
function Review({ cart }: { cart: Cart }) {
  const { t } = useTranslation();
  const { data: ways, error: noWays, isLoading, refetch } = useDeliveryQuery(undefined);
  const { open, isOnline, isPaying, placed, error, pay, ask, leave } = usePurchase(cart);
  const [sent, setSent] = useState<OrderDetails>(); // from the form that still stands

  if (placed)
    return (
      <Empty picture={<Receipt />} text={t('order.thanks')}>
        <Link to={`/orders/${placed}`}>{t('order.see')}</Link>
      </Empty>
    );
  const messages = isApiError(error) && <Refusal error={error} from={open ?? cart} />;
  // The form stays while it is being paid: after a refusal the card need not be typed again.
  if (open && !(sent && isPaying))
    return (
      <OpenOrder
        purchase={open}
        isPaying={isPaying}
        isOnline={isOnline}
        messages={messages}
        onAsk={() => {
          setSent(undefined);
          ask();
        }}
        onLeave={() => {
          setSent(undefined);
          leave();
        }}
      />
    );
  if (cart.lines.length === 0) return <NothingToPay />;
  if (isLoading) return <Loading />;
  if (!ways) return <Failed error={noWays} onRetry={() => void refetch()} />;
  const pointer = isApiError(error) ? pointerOf(error) : undefined;
  const field = pointer?.startsWith(SHIP_TO) ? pointer.slice(SHIP_TO.length) : undefined;
  const shipTo = sent?.shipTo as Record<string, string> | undefined;
  return (
    <OrderForm
      cart={cart}
      options={ways.filter(({ price }) => price.currency === cart.total.currency)}
      refused={field === undefined ? undefined : { field, text: shipTo?.[field] ?? '' }}
      isPaying={isPaying}
      messages={!isPaying && messages}
      onPay={(details) => {
        setSent(details);
        pay(details);
      }}
    />
  );
}

export function Component() {
  const { t } = useTranslation();
  const { hasSession, data: cart, error, isLoading, refetch } = useCart();
  return (
    <>
      <Heading text={t('checkout.title')} />
      <Stale of={error ?? cart} />
      {isLoading && <Loading />}
      {!cart && error && <Failed error={error} onRetry={() => void refetch()} />}
      {!hasSession && <NothingToPay />}
      {cart && <Review key={cart.id} cart={cart} />}
    </>
  );
}
