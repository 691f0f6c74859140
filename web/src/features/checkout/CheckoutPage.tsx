import { useReducer, useRef } from 'react';
import Alert from 'react-bootstrap/Alert';
import Button from 'react-bootstrap/Button';
import ListGroup from 'react-bootstrap/ListGroup';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { useCartQuery, usePlaceOrderMutation, type Cart } from '../../shared/api/api';
import { isApiError, type ApiError } from '../../shared/api/problem';
import { useHasSession } from '../../shared/api/session';
import { formatMoney } from '../../shared/format/money';
import { Heading } from '../../shared/ui/Heading';
import { LinkButton } from '../../shared/ui/LinkButton';
import { Empty, Failed, Loading, Stale, useProblemText } from '../../shared/ui/states';
import { beginPurchase, closePurchase, openPurchase, type Purchase } from './purchase';

type Ordered = Pick<Purchase, 'lines' | 'total'>;

function Refusal({ error, from }: { error: ApiError; from: Ordered }) {
  const { t } = useTranslation();
  const textOf = useProblemText();
  const lines = error.status === 'unreachable' ? [] : (error.problem.lines ?? []);
  const left = lines.filter(({ available }) => available !== undefined);
  const titleOf = (id: string) => from.lines.find(({ bookId }) => bookId === id)?.title ?? id;
  return (
    <Alert variant="warning">
      <p className="mb-0">{textOf(error)}</p>
      {left.length > 0 && (
        <ul className="mb-0">
          {left.map(({ bookId, available }) => (
            <li key={bookId}>{t('checkout.left', { title: titleOf(bookId), count: available })}</li>
          ))}
        </ul>
      )}
    </Alert>
  );
}

function Lines({ lines }: Ordered) {
  const { t, i18n } = useTranslation();
  return (
    <ListGroup as="ul">
      {lines.map(({ bookId, title, quantity, total }) => (
        <ListGroup.Item as="li" key={bookId} className="d-flex gap-3">
          <span className="flex-grow-1">{t('checkout.copies', { count: quantity, title })}</span>
          <span className="text-nowrap">{formatMoney(total, i18n.language)}</span>
        </ListGroup.Item>
      ))}
    </ListGroup>
  );
}

/** Paying for the cart as it is shown, once, until it is known what became of it. */
function usePurchase(cart: Cart) {
  const navigate = useNavigate();
  const [place, { isLoading: isPaying, data: placed, error, reset }] = usePlaceOrderMutation();
  const isUnderWay = useRef(false); // a double click is faster than a render
  const [, look] = useReducer((times: number) => times + 1, 0);
  const open = openPurchase(cart.id);

  async function send(purchase: Purchase) {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    const outcome = await place(purchase);
    if (outcome.data) {
      // Still under way: until the order's page is there, another click must not be another order.
      closePurchase(cart.id);
      await navigate(`/orders/${outcome.data.id}`, { replace: true, state: { isPlaced: true } });
      return;
    }
    isUnderWay.current = false;
    if (isApiError(outcome.error)) closePurchase(cart.id, outcome.error);
    look();
  }

  return {
    open,
    isPaying,
    placed,
    error,
    pay: () => {
      // Another tab may have begun one: it is shown before anything is sent.
      if (openPurchase(cart.id)) look();
      else void send(beginPurchase(cart));
    },
    ask: () => {
      if (open) void send(open);
    },
    leave: () => {
      closePurchase(cart.id);
      reset();
      look();
    },
  };
}

/** The cart as it will be ordered; or, while it is open what became of it, as it was. */
function Review({ cart }: { cart: Cart }) {
  const { t, i18n } = useTranslation();
  const { open, isPaying, placed, error, pay, ask, leave } = usePurchase(cart);
  const isPending = open !== undefined && !isPaying;
  const shown: Ordered = open ?? cart;
  const total = formatMoney(shown.total, i18n.language);

  if (placed)
    return (
      <Empty text={t('order.thanks')}>
        <Link to={`/orders/${placed.id}`}>{t('order.see')}</Link>
      </Empty>
    );
  return (
    <>
      <div aria-live="assertive">
        {isApiError(error) && <Refusal error={error} from={shown} />}
        {isPending && <Alert variant="info">{t('checkout.pending')}</Alert>}
      </div>
      {shown.lines.length === 0 ? (
        <Empty text={t('checkout.empty')}>
          <LinkButton to="/">{t('cart.browse')}</LinkButton>
        </Empty>
      ) : (
        <>
          {!open && <p>{t('checkout.lead')}</p>}
          <Lines {...shown} />
          <div className="d-flex flex-wrap gap-2 justify-content-end mt-3">
            <LinkButton variant="outline-secondary" to="/cart">
              {t('checkout.backToCart')}
            </LinkButton>
            {isPending && (
              <Button variant="outline-secondary" onClick={leave}>
                {t('checkout.leave')}
              </Button>
            )}
            <Button disabled={isPaying} onClick={isPending ? ask : pay}>
              {isPaying && t('checkout.paying')}
              {isPending && t('checkout.ask')}
              {!open && t('checkout.pay', { total })}
            </Button>
          </div>
        </>
      )}
    </>
  );
}

export function Component() {
  const { t } = useTranslation();
  const hasSession = useHasSession();
  // Other tabs and other regions change the cart too: never what was read before.
  const {
    data: cart,
    error,
    isLoading,
    refetch,
  } = useCartQuery(undefined, {
    skip: !hasSession,
    refetchOnMountOrArgChange: true,
  });
  return (
    <>
      <Heading text={t('checkout.title')} />
      <Stale of={error ?? cart} />
      {isLoading && <Loading />}
      {!cart && error && <Failed error={error} onRetry={() => void refetch()} />}
      {!hasSession && <Empty text={t('checkout.empty')} />}
      {cart && <Review key={cart.id} cart={cart} />}
    </>
  );
}
