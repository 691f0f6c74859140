import { useEffect, useRef } from 'react';
import Button from 'react-bootstrap/Button';
import Form from 'react-bootstrap/Form';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { CartLine, Money } from '../../shared/api/api';
import { formatMoney } from '../../shared/format/money';
import { Cover } from '../../shared/ui/Cover';
import { Failed } from '../../shared/ui/states';
import { useQuantity } from './useQuantity';

const CHOICES = 10;

interface Props {
  /** As it is in the cart, or as it was when it was taken out. */
  line: CartLine;
  isInCart: boolean;
  /** What the buyer saw last time. */
  priceBefore: Money | undefined;
  onRemove: () => void;
}

function Notes({ line, priceBefore }: Pick<Props, 'line' | 'priceBefore'>) {
  const { t, i18n } = useTranslation();
  const { price, available, quantity } = line;
  const isOther =
    priceBefore && (priceBefore.amount !== price.amount || priceBefore.currency !== price.currency);
  return (
    <>
      {isOther && (
        <p className="cart-note">
          {t('cart.was', {
            before: formatMoney(priceBefore, i18n.language),
            now: formatMoney(price, i18n.language),
          })}
        </p>
      )}
      {available < quantity && (
        <p className="cart-note">
          {available === 0 ? t('cart.gone') : t('cart.short', { count: available })}
        </p>
      )}
    </>
  );
}

/** The control that took the line out, or put it back, is gone, and the focus with it. */
function useFocusThatStays(isInCart: boolean) {
  const row = useRef<HTMLLIElement>(null);
  const was = useRef(isInCart);
  useEffect(() => {
    if (was.current === isInCart) return;
    was.current = isInCart;
    const { activeElement: active } = document;
    const isElsewhere = active !== document.body && !row.current?.contains(active);
    if (!isElsewhere) row.current?.querySelector<HTMLElement>('select, button')?.focus();
  }, [isInCart]);
  return row;
}

export function Line({ line, isInCart, priceBefore, onRemove }: Props) {
  const { t, i18n } = useTranslation();
  const { bookId, title, authors, price, total } = line;
  const { wanted, error, change } = useQuantity(bookId, isInCart);
  const row = useFocusThatStays(isInCart);
  // What is being taken out stands there with what it had, should it fail.
  const quantity = wanted || line.quantity;
  const choices = Array.from({ length: Math.max(CHOICES, quantity) }, (_, index) => index + 1);
  const failed = error !== undefined && (
    <div className="cart-failed">
      <Failed error={error} isWrite />
    </div>
  );

  if (!isInCart)
    return (
      <li ref={row} className="cart-line cart-out" aria-busy={wanted !== undefined}>
        <p>{t('cart.removed', { title })}</p>
        <Button
          variant="link"
          aria-label={t('cart.undoOf', { title })}
          onClick={() => void change(line.quantity)}
        >
          {t('cart.undo')}
        </Button>
        {failed}
      </li>
    );
  return (
    <li ref={row} className="cart-line" aria-busy={wanted !== undefined}>
      <div className="cover-frame">
        <Cover book={line} />
      </div>
      <div className="cart-words">
        <h2 className="cart-title">
          <Link to={`/books/${bookId}`}>{title}</Link>
        </h2>
        <p className="soft small">{authors.join(', ') || t('book.unknownAuthor')}</p>
        <p className="soft small">{t('cart.each', { price: formatMoney(price, i18n.language) })}</p>
      </div>
      <div className="cart-controls">
        <Form.Select
          aria-label={t('cart.quantity', { title })}
          value={quantity}
          onChange={(event) => void change(Number(event.target.value))}
        >
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </Form.Select>
        <span className="price cart-sum">{formatMoney(total, i18n.language)}</span>
        <Button
          variant="link"
          size="sm"
          aria-label={t('cart.removeOf', { title })}
          onClick={() => {
            onRemove();
            void change(0);
          }}
        >
          {t('cart.remove')}
        </Button>
      </div>
      <div className="cart-notes" aria-live="polite">
        <Notes line={line} priceBefore={priceBefore} />
      </div>
      {failed}
    </li>
  );
}
