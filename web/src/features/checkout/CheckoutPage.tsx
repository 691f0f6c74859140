import { useRef, useState } from 'react';
import Alert from 'react-bootstrap/Alert';
import Button from 'react-bootstrap/Button';
import ListGroup from 'react-bootstrap/ListGroup';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useCartQuery, usePlaceOrderMutation, type Cart } from '../../shared/api/api';
import { isApiError, slugOf, type ApiError } from '../../shared/api/problem';
import { useHasSession } from '../../shared/api/session';
import { formatMoney } from '../../shared/format/money';
import { LinkButton } from '../../shared/ui/LinkButton';
import { Empty, Failed, Loading } from '../../shared/ui/states';
import { beginPurchase, closePurchase, openPurchase } from './purchase';

function Refusal({ error, cart }: { error: ApiError; cart: Cart | undefined }) {
  const { t } = useTranslation();
  const slug = slugOf(error);
  if (slug === 'price-changed') return <Alert variant="warning">{t('checkout.priceChanged')}</Alert>;
  if (slug === 'key-reused') return <Alert variant="warning">{t('checkout.keyReused')}</Alert>;
  if (slug !== 'sold-out' || error.status === 'unreachable') return <Failed error={error} />;
  const titleOf = (id: string) => cart?.lines.find(({ bookId }) => bookId === id)?.title ?? id;
  return (
    <Alert variant="warning">
      <p className="mb-1">{t('checkout.soldOut')}</p>
      <ul className="mb-0">
        {error.problem.lines?.map(({ bookId, available = 0 }) => (
          <li key={bookId}>
            {t('checkout.soldOutLine', { title: titleOf(bookId), count: available })}
          </li>
        ))}
      </ul>
    </Alert>
  );
}

export function Component() {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const hasSession = useHasSession();
  const { data: cart, isLoading } = useCartQuery(undefined, { skip: !hasSession });
  const [place, { isLoading: isPaying, error }] = usePlaceOrderMutation();
  const [isPending, setPending] = useState(openPurchase() !== undefined);
  const isUnderWay = useRef(false); // a double click is faster than a render

  async function pay(from: Cart | undefined) {
    const purchase = openPurchase() ?? (from && beginPurchase(from));
    if (!purchase || isUnderWay.current) return;
    isUnderWay.current = true;
    const outcome = await place(purchase);
    isUnderWay.current = false;
    if (outcome.data) {
      closePurchase();
      await navigate(`/orders/${outcome.data.id}?placed`, { replace: true });
      return;
    }
    if (isApiError(outcome.error)) closePurchase(outcome.error);
    setPending(openPurchase() !== undefined);
  }

  if (isLoading) return <Loading />;
  if (isPending)
    return (
      <>
        <h1>{t('checkout.title')}</h1>
        <Alert variant="info" role="alert">
          <p>{t('checkout.pending')}</p>
          <Button disabled={isPaying} onClick={() => void pay(undefined)}>
            {isPaying ? t('checkout.paying') : t('checkout.ask')}
          </Button>
        </Alert>
      </>
    );
  return (
    <>
      <h1>{t('checkout.title')}</h1>
      <div aria-live="assertive">
        {isApiError(error) && <Refusal error={error} cart={cart} />}
      </div>
      {!cart || cart.lines.length === 0 ? (
        <Empty text={t('checkout.empty')}>
          <LinkButton to="/">{t('cart.browse')}</LinkButton>
        </Empty>
      ) : (
        <>
          <p>{t('checkout.lead')}</p>
          <ListGroup as="ul">
            {cart.lines.map((line) => (
              <ListGroup.Item as="li" key={line.bookId} className="d-flex gap-3">
                <span className="flex-grow-1">
                  {t('checkout.copies', { count: line.quantity, title: line.title })}
                </span>
                <span className="text-nowrap">{formatMoney(line.total, i18n.language)}</span>
              </ListGroup.Item>
            ))}
          </ListGroup>
          <div className="d-flex flex-wrap gap-2 justify-content-end mt-3">
            <LinkButton variant="outline-secondary" to="/cart">
              {t('checkout.backToCart')}
            </LinkButton>
            <Button disabled={isPaying} onClick={() => void pay(cart)}>
              {isPaying
                ? t('checkout.paying')
                : t('checkout.pay', { total: formatMoney(cart.total, i18n.language) })}
            </Button>
          </div>
        </>
      )}
    </>
  );
}
