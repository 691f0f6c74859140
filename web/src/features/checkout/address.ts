import type { Address } from '../../shared/api/api';
import { keep, recall } from '../../shared/storage';

/** As the form has it; what an order says of it is addressOf(). */
export type AddressDraft = Required<Address>;
export type AddressFault = 'missing' | 'refused';

/** As the contract has them, in characters. */
export const ADDRESS_MAX: Record<keyof AddressDraft, number> = {
  name: 100,
  street: 200,
  extra: 200,
  postcode: 20,
  city: 100,
  country: 2,
};

/** Where parcels go to, by ISO 3166-1. */
export const COUNTRIES =
  'AR AT AU BE BR CA CH CL CO CZ DE DK ES FI FR GB GR HU IE IN IT JP KR LU MX MY NL NO NZ PE PL PT SE SG TH US UY ZA'.split(
    ' ',
  );

const NAME = 'perpetua.address';
const EMPTY: AddressDraft = {
  name: '',
  street: '',
  extra: '',
  postcode: '',
  city: '',
  country: 'IE',
};

/** What was typed in this tab: a reload keeps it, the end of the tab does not. */
export function recallAddress(): AddressDraft {
  const kept = recall('sessionStorage', NAME) as Partial<
    Record<keyof AddressDraft, unknown>
  > | null;
  const draft = { ...EMPTY };
  for (const name of Object.keys(EMPTY) as (keyof AddressDraft)[]) {
    const text = kept?.[name];
    if (typeof text === 'string') draft[name] = text.slice(0, ADDRESS_MAX[name]);
  }
  if (!COUNTRIES.includes(draft.country)) draft.country = EMPTY.country;
  return draft;
}

export function keepAddress(draft: AddressDraft): void {
  keep('sessionStorage', NAME, draft);
}

export function faultsOfAddress(
  draft: AddressDraft,
): Partial<Record<keyof AddressDraft, AddressFault>> {
  const needed = ['name', 'street', 'postcode', 'city'] as const;
  const missing = needed.filter((name) => draft[name].trim() === '');
  return Object.fromEntries(missing.map((name) => [name, 'missing']));
}

export function addressOf({ extra, ...draft }: AddressDraft): Address {
  const address = {
    name: draft.name.trim(),
    street: draft.street.trim(),
    postcode: draft.postcode.trim(),
    city: draft.city.trim(),
    country: draft.country,
  };
  return extra.trim() === '' ? address : { ...address, extra: extra.trim() };
}
