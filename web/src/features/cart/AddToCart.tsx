import { useId, useState } from 'react';
import Button from 'react-bootstrap/Button';
import Form from 'react-bootstrap/Form';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useAddToCartMutation } from '../../shared/api/api';
import { Failed } from '../../shared/ui/states';

const CHOICES = 10;

export function AddToCart({ bookId, left }: { bookId: string; left: number }) {
  const { t } = useTranslation();
  const id = useId();
  const [chosen, setChosen] = useState(1);
  const [add, { isLoading, isSuccess, error }] = useAddToCartMutation();
  const choices = Math.max(1, Math.min(CHOICES, left));
  const quantity = Math.min(chosen, choices);
  return (
    <Form
      className="mb-4"
      onSubmit={(event) => {
        event.preventDefault();
        void add({ bookId, quantity });
      }}
    >
      <div className="d-flex gap-2 align-items-end">
        <Form.Group controlId={id}>
          <Form.Label className="mb-1">{t('book.quantity')}</Form.Label>
          <Form.Select
            value={quantity}
            disabled={left === 0}
            onChange={(event) => {
              setChosen(Number(event.target.value));
            }}
          >
            {Array.from({ length: choices }, (_, index) => (
              <option key={index}>{index + 1}</option>
            ))}
          </Form.Select>
        </Form.Group>
        <Button type="submit" disabled={isLoading || left === 0}>
          {isLoading ? t('book.adding') : t('book.add')}
        </Button>
      </div>
      <div aria-live="polite" className="mt-2">
        {isSuccess && !isLoading && (
          <p className="text-success-emphasis mb-0">
            {t('book.added')} <Link to="/cart">{t('nav.cart')}</Link>
          </p>
        )}
        {error && <Failed error={error} isWrite />}
      </div>
    </Form>
  );
}
