import { useId, useState } from 'react';
import Form from 'react-bootstrap/Form';
import { useTranslation } from 'react-i18next';
import { ADDRESS_MAX, COUNTRIES, type AddressDraft, type AddressFault } from './address';
import { Field } from './Field';

interface AddressFormProps {
  draft: AddressDraft;
  faults: Partial<Record<keyof AddressDraft, AddressFault>>;
  /** Whether to show the faults of fields that the buyer has not been in. */
  isSubmitted: boolean;
  onChange: (draft: AddressDraft) => void;
}

type TextName = Exclude<keyof AddressDraft, 'country'>;

export function AddressForm({ draft, faults, isSubmitted, onChange }: AddressFormProps) {
  const { t, i18n } = useTranslation();
  const countryId = useId();
  const [left, setLeft] = useState<ReadonlySet<TextName>>(new Set());
  const countries = new Intl.DisplayNames([i18n.language], { type: 'region' });
  const nameOf = (code: string) => countries.of(code) ?? code;
  const texts: Record<AddressFault, string> = {
    missing: t('checkout.missing'),
    refused: t('checkout.refused'),
  };
  const field = (name: TextName) => {
    const fault = faults[name];
    const isShown = isSubmitted || left.has(name);
    return {
      name,
      value: draft[name],
      fault: fault && isShown ? texts[fault] : undefined,
      maxLength: ADDRESS_MAX[name],
      required: name !== 'extra',
      onBlur: () => {
        setLeft(new Set([...left, name]));
      },
      onChange: (text: string) => {
        onChange({ ...draft, [name]: text });
      },
    };
  };
  return (
    <div className="fields">
      <Field label={t('checkout.name')} autoComplete="name" {...field('name')} />
      <Field label={t('checkout.street')} autoComplete="address-line1" {...field('street')} />
      <Field label={t('checkout.extra')} autoComplete="address-line2" {...field('extra')} />
      <Field
        label={t('checkout.postcode')}
        className="field-short"
        autoComplete="postal-code"
        {...field('postcode')}
      />
      <Field
        label={t('checkout.city')}
        className="field-rest"
        autoComplete="address-level2"
        {...field('city')}
      />
      <div className="field">
        <Form.Label htmlFor={countryId}>{t('checkout.country')}</Form.Label>
        <Form.Select
          id={countryId}
          name="country"
          autoComplete="country"
          value={draft.country}
          onChange={({ target: { value } }) => {
            onChange({ ...draft, country: value });
          }}
        >
          {COUNTRIES.map((code) => ({ code, name: nameOf(code) }))
            .sort((a, b) => a.name.localeCompare(b.name, i18n.language))
            .map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
        </Form.Select>
      </div>
    </div>
  );
}
