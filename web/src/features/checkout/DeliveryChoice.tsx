import { useId } from 'react';
import Form from 'react-bootstrap/Form';
import { useTranslation } from 'react-i18next';
import type { DeliveryOption } from '../../shared/api/api';
import { useDeliveryName } from '../../shared/format/delivery';
import { formatMoney } from '../../shared/format/money';

interface DeliveryChoiceProps {
  options: DeliveryOption[];
  chosen: DeliveryOption | undefined;
  onChange: (option: DeliveryOption) => void;
}

export function DeliveryChoice({ options, chosen, onChange }: DeliveryChoiceProps) {
  const { t, i18n } = useTranslation();
  const nameOf = useDeliveryName();
  const id = useId();
  return (
    <div className="ways">
      {options.map((option) => {
        const { method, price, daysMin, daysMax } = option;
        return (
          <label key={method} className="way" htmlFor={`${id}-${method}`}>
            <Form.Check.Input
              type="radio"
              id={`${id}-${method}`}
              name="delivery"
              checked={method === chosen?.method}
              onChange={() => {
                onChange(option);
              }}
            />
            <span className="way-words">
              <span>{nameOf(method)}</span>
              <span className="soft small">
                {daysMin === daysMax
                  ? t('checkout.days', { count: daysMax })
                  : t('checkout.daysBetween', { from: daysMin, to: daysMax })}
              </span>
            </span>
            <span className="price">
              {price.amount === 0 ? t('checkout.free') : formatMoney(price, i18n.language)}
            </span>
          </label>
        );
      })}
    </div>
  );
}
