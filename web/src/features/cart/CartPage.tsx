import { useRef, useState } from 'react';
import Button from 'react-bootstrap/Button';
import Form from 'react-bootstrap/Form';
import ListGroup from 'react-bootstrap/ListGroup';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useCartQuery, useSetInCartMutation, type CartLine } from '../../shared/api/api';
import { useHasSession } from '../../shared/api/session';
import { formatMoney } from '../../shared/format/money';
import { Heading } from '../../shared/ui/Heading';
import { LinkButton } from '../../shared/ui/LinkButton';
import { Empty, Failed, Loading, Stale } from '../../shared/ui/states';

const CHOICES = 10;

/** A line's quantity as the buyer wants it. One write at a time: while one is under way the last wish waits. */
function useQuantity({ bookId, quantity }: CartLine) {
  const [set, { error }] = useSetInCartMutation();
  const [wanted, setWanted] = useState<number>();
  const last = useRef<number>(undefined);

  async function change(to: number) {
    const isUnderWay = last.current !== undefined;
    last.current = to;
    setWanted(to);
    if (isUnderWay) return;
    for (let sent: number | undefined; sent !== last.current;) {
      sent = last.current;
      await set({ bookId, quantity: sent });
    }
    last.current = undefined;
    setWanted(undefined);
  }
  // What is being removed still stands there with what it had.
  return { quantity: wanted || quantity, isBusy: wanted !== undefined, change, error };
}

function Line({ line }: { line: CartLine }) {
  const { t, i18n } = useTranslation();
  const { quantity, isBusy, change, error } = useQuantity(line);
  const choices = Array.from({ length: Math.max(CHOICES, quantity) }, (_, index) => index + 1);
  return (
    <ListGroup.Item as="li" className="py-3" aria-busy={isBusy}>
      <div className="d-flex flex-wrap gap-3 align-items-center">
        <div className="flex-grow-1 cart-title">
          <Link to={`/books/${line.bookId}`}>{line.title}</Link>
          <div className="small text-body-secondary">
            {t('cart.each', { price: formatMoney(line.price, i18n.language) })}
          </div>
        </div>
        <Form.Select
          className="w-auto"
          aria-label={t('cart.quantity', { title: line.title })}
          value={quantity}
          onChange={(event) => void change(Number(event.target.value))}
        >
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </Form.Select>
        <span className="fw-semibold">{formatMoney(line.total, i18n.language)}</span>
        <Button
          variant="outline-secondary"
          size="sm"
          aria-label={t('cart.removeOf', { title: line.title })}
          onClick={() => void change(0)}
        >
          {t('cart.remove')}
        </Button>
      </div>
      {line.available < line.quantity && (
        <p className="text-danger-emphasis mb-0 mt-2">
          {line.available === 0 ? t('cart.gone') : t('cart.short', { count: line.available })}
        </p>
      )}
      {error && <Failed error={error} isWrite />}
    </ListGroup.Item>
  );
}

export function Component() {
  const { t, i18n } = useTranslation();
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
  const isEmpty = !hasSession || cart?.lines.length === 0;
  return (
    <>
      <Heading text={t('cart.title')} />
      <Stale of={error ?? cart} />
      {isLoading && <Loading />}
      {hasSession && error && <Failed error={error} onRetry={() => void refetch()} />}
      {isEmpty && (
        <Empty text={t('cart.empty')}>
          <LinkButton to="/">{t('cart.browse')}</LinkButton>
        </Empty>
      )}
      {!isEmpty && cart && (
        <>
          <ListGroup as="ul">
            {cart.lines.map((line) => (
              <Line key={line.bookId} line={line} />
            ))}
          </ListGroup>
          <p className="d-flex justify-content-between fs-4 mt-3" aria-live="polite">
            <span>{t('cart.total')}</span>
            <strong>{formatMoney(cart.total, i18n.language)}</strong>
          </p>
          <div className="text-end">
            <LinkButton to="/checkout">{t('cart.checkout')}</LinkButton>
          </div>
        </>
      )}
    </>
  );
}
