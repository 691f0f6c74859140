import { useRef, useState, type ReactNode } from 'react';
import Button from 'react-bootstrap/Button';
import Form from 'react-bootstrap/Form';
import { useTranslation } from 'react-i18next';
import type { Cart, DeliveryOption, OrderDetails } from '../../shared/api/api';
import { formatMoney } from '../../shared/format/money';
import { LinkButton } from '../../shared/ui/LinkButton';
import { addressOf, faultsOfAddress, keepAddress, recallAddress } from './address';
import { AddressForm } from './AddressForm';
import { faultsOfCard, NO_CARD, paymentOf } from './card';
import { CardForm } from './CardForm';
import { DeliveryChoice } from './DeliveryChoice';
import { withDelivery } from './purchase';
import { Summary } from './Summary';
import { Notice } from '../../shared/ui/Notice';

interface OrderFormProps {
  cart: Cart;
  /** Those in the cart's currency, the cheapest first. */
  options: DeliveryOption[];
  /** The field of the address that the shop has refused, as it was then. */
  refused: { field: string; text: string } | undefined;
  isPaying: boolean;
  messages: ReactNode;
  onPay: (details: OrderDetails) => void;
}

/** Where to, how, and with which card. */
export function OrderForm(props: OrderFormProps) {
  const { cart, options, refused, isPaying, messages, onPay } = props;
  const { t, i18n } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(recallAddress);
  const [method, setMethod] = useState<string>();
  const [card, setCard] = useState(NO_CARD);
  const [isSubmitted, setIsSubmitted] = useState(false);

  const option = options.find((one) => one.method === method) ?? options[0];
  const delivery = option && { method: option.method, price: option.price };
  const wrongAddress = {
    ...Object.fromEntries(
      Object.entries(draft)
        .filter(([name, text]) => name === refused?.field && text === refused.text)
        .map(([name]) => [name, 'refused' as const]),
    ),
    ...faultsOfAddress(draft),
  };
  const [today] = useState(() => new Date());
  const wrongCard = faultsOfCard(card, today);
  const faults = Object.keys(wrongAddress).length + Object.keys(wrongCard).length;
  const total = withDelivery(cart.total, { ...(delivery && { delivery }) });

  function submit() {
    setIsSubmitted(true);
    // Refused before, and not changed since: the shop may take it all the same by now.
    const isWrong = Object.keys(faultsOfAddress(draft)).length + Object.keys(wrongCard).length > 0;
    if (!isWrong) {
      onPay({
        shipTo: addressOf(draft),
        ...(delivery && { delivery }),
        payment: paymentOf(card),
      });
      return;
    }
    // After the faults are marked, to the first of them.
    requestAnimationFrame(() => {
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    });
  }

  return (
    <Form
      ref={form}
      className="checkout"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="checkout-steps">
        <fieldset className="card-sheet">
          <legend>{t('checkout.shipTo')}</legend>
          <AddressForm
            draft={draft}
            faults={wrongAddress}
            isSubmitted={isSubmitted}
            onChange={(changed) => {
              setDraft(changed);
              keepAddress(changed);
            }}
          />
        </fieldset>
        {options.length > 0 && (
          <fieldset className="card-sheet">
            <legend>{t('checkout.delivery')}</legend>
            <DeliveryChoice
              options={options}
              chosen={option}
              onChange={(chosen) => {
                setMethod(chosen.method);
              }}
            />
          </fieldset>
        )}
        <fieldset className="card-sheet">
          <legend>{t('checkout.payment')}</legend>
          <CardForm card={card} faults={wrongCard} isSubmitted={isSubmitted} onChange={setCard} />
        </fieldset>
      </div>
      <aside className="card-sheet checkout-summary" aria-label={t('checkout.summary')}>
        <h2>{t('checkout.summary')}</h2>
        <Summary lines={cart.lines} delivery={delivery} total={total} />
        <div aria-live="assertive">
          {messages}
          {isSubmitted && faults > 0 && (
            <Notice kind="warning">{t('checkout.faults', { count: faults })}</Notice>
          )}
        </div>
        <Button type="submit" className="checkout-pay" disabled={isPaying}>
          {isPaying
            ? t('checkout.paying')
            : t('checkout.pay', { total: formatMoney(total, i18n.language) })}
        </Button>
        <LinkButton variant="link" to="/cart">
          {t('checkout.backToCart')}
        </LinkButton>
      </aside>
    </Form>
  );
}
