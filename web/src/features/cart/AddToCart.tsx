import { useId, useState } from 'react';
import Button from 'react-bootstrap/Button';
import Form from 'react-bootstrap/Form';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useAddToCartMutation } from '../../shared/api/api';
import { Failed } from '../../shared/ui/states';
import './cart.scss';

const CHOICES = 10;

export function AddToCart({ bookId, left }: { bookId: string; left: number }) {
  const { t } = useTranslation();
  const id = useId();
  const [chosen, setChosen] = useState(1);
  const [add, { isLoading, isSuccess, error }] = useAddToCartMutation();
  const choices = Math.max(1, Math.min(CHOICES, left));
  const quantity = Math.min(chosen, choices);
  const isSoldOut = left === 0;
  return (
    <Form
      className="add-to-cart"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isLoading) void add({ bookId, quantity });
      }}
    >
      <div className="add-row">
        <Form.Group controlId={id}>
          <Form.Label>{t('book.quantity')}</Form.Label>
          <Form.Select
            value={quantity}
            disabled={isSoldOut}
            onChange={(event) => {
              setChosen(Number(event.target.value));
            }}
          >
            {Array.from({ length: choices }, (_, index) => (
              <option key={index}>{index + 1}</option>
            ))}
          </Form.Select>
        </Form.Group>
        <Button
          type="submit"
          disabled={isSoldOut}
          aria-disabled={isLoading}
          aria-describedby={isSoldOut ? `${id}-none` : undefined}
        >
          {isLoading ? t('book.adding') : t('book.add')}
        </Button>
      </div>
      {isSoldOut && (
        <p id={`${id}-none`} className="soft">
          {t('book.soldOut')}
        </p>
      )}
      <div role="status">
        {isSuccess && !isLoading && (
          <p className="added">
            <span>{t('book.added')}</span> <Link to="/cart">{t('book.toCart')}</Link>{' '}
            <Link to="/">{t('book.goOn')}</Link>
          </p>
        )}
      </div>
      {error && <Failed error={error} isWrite />}
    </Form>
  );
}
