import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { useBookQuery, type Cart, type CartLine } from '../../shared/api/api';
import { useCart } from '../../shared/api/cart';
import { isApiError } from '../../shared/api/problem';
import { formatMoney } from '../../shared/format/money';
import { Heading } from '../../shared/ui/Heading';
import { LinkButton } from '../../shared/ui/LinkButton';
import { Notice } from '../../shared/ui/Notice';
import { Bag } from '../../shared/ui/pictures';
import { Empty, Failed, Loading, Stale } from '../../shared/ui/states';
import './cart.scss';
import { Line } from './Line';
import { useLastLook } from './useLastLook';

interface Removed {
  line: CartLine;
  index: number;
}

/** A title that is missing from the cart: told only of a book that the shop has no more. */
function Vanished({ bookId, title }: Pick<CartLine, 'bookId' | 'title'>) {
  const { t } = useTranslation();
  const { error } = useBookQuery(bookId);
  if (!isApiError(error) || error.status !== 404) return null;
  return (
    <Notice kind="info" role="status">
      {t('cart.vanished', { title })}
    </Notice>
  );
}

/** Of an order that was to be bought again: what could not be had, by title. */
function NotAdded() {
  const { t, i18n } = useTranslation();
  const state = useLocation().state as { notAdded?: string[] } | null;
  if (!state?.notAdded?.length) return null;
  const titles = new Intl.ListFormat(i18n.language).format(state.notAdded);
  return (
    <Notice kind="info" role="status">
      {t('cart.notAdded', { titles })}
    </Notice>
  );
}

function Summary({ cart }: { cart: Cart }) {
  const { t, i18n } = useTranslation();
  const count = cart.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  return (
    <section className="card-sheet cart-summary" aria-label={t('cart.summary')}>
      <p className="cart-total" aria-live="polite">
        <span>{t('cart.total')}</span>
        <strong className="price">{formatMoney(cart.total, i18n.language)}</strong>
      </p>
      <p className="soft small">
        {t('cart.count', { count })} · {t('cart.delivery')}
      </p>
      <LinkButton to="/checkout">{t('cart.checkout')}</LinkButton>
    </section>
  );
}

function Lines({ cart }: { cart: Cart }) {
  const { t } = useTranslation();
  const before = useLastLook(cart);
  const [removed, setRemoved] = useState<Removed[]>([]);
  const isIn = (id: string) => cart.lines.some(({ bookId }) => bookId === id);
  const isRemoved = (id: string) => removed.some(({ line }) => line.bookId === id);

  const rows = [...cart.lines];
  // From the top, so that each finds the place that it had.
  for (const { line, index } of removed) if (!isIn(line.bookId)) rows.splice(index, 0, line);
  const missing = before.filter(({ bookId }) => !isIn(bookId) && !isRemoved(bookId));
  const isComplete = cart.stale.length === 0;
  return (
    <>
      <div className="cart-news">
        {isComplete &&
          missing.map(({ bookId, title }) => (
            <Vanished key={bookId} bookId={bookId} title={title} />
          ))}
      </div>
      {rows.length > 0 && (
        <div className="cart">
          <ul className="cart-lines">
            {rows.map((line, index) => (
              <Line
                key={line.bookId}
                line={line}
                isInCart={isIn(line.bookId)}
                priceBefore={before.find(({ bookId }) => bookId === line.bookId)?.price}
                onRemove={() => {
                  const others = removed.filter((other) => other.line.bookId !== line.bookId);
                  setRemoved([...others, { line, index }].sort((a, b) => a.index - b.index));
                }}
              />
            ))}
          </ul>
          {cart.lines.length > 0 && <Summary cart={cart} />}
        </div>
      )}
      {cart.lines.length === 0 && (
        <Empty text={t('cart.empty')} picture={<Bag />}>
          <LinkButton to="/">{t('cart.browse')}</LinkButton>
        </Empty>
      )}
    </>
  );
}

export function Component() {
  const { t } = useTranslation();
  const { hasSession, data: cart, error, isLoading, refetch } = useCart();
  return (
    <>
      <Heading text={t('cart.title')} />
      <div className="cart-news">
        <Stale of={error ?? cart} />
        <NotAdded />
      </div>
      {isLoading && (
        <div className="cart-room">
          <Loading />
        </div>
      )}
      {hasSession && error && <Failed error={error} onRetry={() => void refetch()} />}
      {hasSession && cart && <Lines key={cart.id} cart={cart} />}
      {!hasSession && (
        <Empty text={t('cart.empty')} picture={<Bag />}>
          <LinkButton to="/">{t('cart.browse')}</LinkButton>
        </Empty>
      )}
    </>
  );
}
