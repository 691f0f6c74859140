import Button from 'react-bootstrap/Button';
import Form from 'react-bootstrap/Form';
import ListGroup from 'react-bootstrap/ListGroup';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useCartQuery, useSetInCartMutation, type CartLine } from '../../shared/api/api';
import { newIdempotencyKey } from '../../shared/api/request';
import { useHasSession } from '../../shared/api/session';
import { formatMoney } from '../../shared/format/money';
import { LinkButton } from '../../shared/ui/LinkButton';
import { Empty, Failed, Loading } from '../../shared/ui/states';

const CHOICES = 10;

function Line({ line }: { line: CartLine }) {
  const { t, i18n } = useTranslation();
  const [set, { isLoading, error }] = useSetInCartMutation();
  const change = (quantity: number) =>
    void set({ bookId: line.bookId, quantity, idempotencyKey: newIdempotencyKey() });
  const choices = Array.from({ length: Math.max(CHOICES, line.quantity) }, (_, index) => index + 1);
  return (
    <ListGroup.Item as="li" className="py-3">
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
          value={line.quantity}
          disabled={isLoading}
          onChange={(event) => {
            change(Number(event.target.value));
          }}
        >
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </Form.Select>
        <span className="fw-semibold">{formatMoney(line.total, i18n.language)}</span>
        <Button
          variant="outline-secondary"
          size="sm"
          disabled={isLoading}
          aria-label={t('cart.removeOf', { title: line.title })}
          onClick={() => {
            change(0);
          }}
        >
          {t('cart.remove')}
        </Button>
      </div>
      {line.available < line.quantity && (
        <p className="text-danger-emphasis mb-0 mt-2">
          {line.available === 0 ? t('cart.gone') : t('cart.short', { count: line.available })}
        </p>
      )}
      {error && <Failed error={error} />}
    </ListGroup.Item>
  );
}

export function Component() {
  const { t, i18n } = useTranslation();
  const hasSession = useHasSession();
  const { data: cart, error, isLoading, refetch } = useCartQuery(undefined, { skip: !hasSession });
  const isStranger = !hasSession || (error && 'status' in error && error.status === 401);
  const isEmpty = isStranger || cart?.lines.length === 0;
  return (
    <>
      <h1>{t('cart.title')}</h1>
      {isLoading && <Loading />}
      {isEmpty && (
        <Empty text={t('cart.empty')}>
          <LinkButton to="/">{t('cart.browse')}</LinkButton>
        </Empty>
      )}
      {!isEmpty && !cart && error && <Failed error={error} onRetry={() => void refetch()} />}
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
