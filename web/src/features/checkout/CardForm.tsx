import { useState } from 'react';
import Button from 'react-bootstrap/Button';
import { useTranslation } from 'react-i18next';
import {
  brandOf,
  formatCode,
  formatExpiry,
  formatNumber,
  testCard,
  type Card,
  type CardFault,
} from './card';
import { Field } from './Field';

interface CardFormProps {
  card: Card;
  faults: Partial<Record<keyof Card, CardFault>>;
  isSubmitted: boolean;
  onChange: (card: Card) => void;
}

export function CardForm({ card, faults, isSubmitted, onChange }: CardFormProps) {
  const { t } = useTranslation();
  const [left, setLeft] = useState<ReadonlySet<keyof Card>>(new Set());
  const texts: Record<CardFault, string> = {
    missing: t('checkout.missing'),
    number: t('checkout.wrongNumber'),
    expiry: t('checkout.wrongExpiry'),
    past: t('checkout.pastExpiry'),
    code: t('checkout.wrongCode', { count: brandOf(card.number) === 'amex' ? 4 : 3 }),
  };
  const field = (name: keyof Card, format: (text: string) => string) => {
    const fault = faults[name];
    return {
      name: `card-${name}`,
      value: card[name],
      fault: fault && (isSubmitted || left.has(name)) ? texts[fault] : undefined,
      inputMode: 'numeric' as const,
      required: true,
      onBlur: () => {
        setLeft(new Set([...left, name]));
        onChange({ ...card, [name]: format(card[name]) });
      },
      onChange: (text: string) => {
        // Grouped while one types on; what is mended in the middle keeps the cursor where it is.
        const isTypedOn = text.length > card[name].length && text.startsWith(card[name]);
        const isFilledIn = text.length > card[name].length + 1;
        onChange({ ...card, [name]: isTypedOn || isFilledIn ? format(text) : text });
      },
    };
  };
  return (
    <>
      <div className="test-card">
        <p>{t('checkout.testShop')}</p>
        <Button
          variant="outline-primary"
          size="sm"
          onClick={() => {
            onChange(testCard(new Date()));
          }}
        >
          {t('checkout.fillIn')}
        </Button>
      </div>
      <div className="fields">
        <Field
          label={t('checkout.number')}
          autoComplete="cc-number"
          maxLength={23}
          {...field('number', formatNumber)}
        />
        <Field
          label={t('checkout.expiry')}
          className="field-half"
          autoComplete="cc-exp"
          placeholder={t('checkout.expiryForm')}
          maxLength={9}
          {...field('expiry', formatExpiry)}
        />
        <Field
          label={t('checkout.code')}
          className="field-half"
          autoComplete="cc-csc"
          maxLength={4}
          {...field('code', formatCode)}
        />
      </div>
    </>
  );
}
