import { useTranslation } from 'react-i18next';
import { slugOf, type ApiError } from '../../shared/api/problem';
import { useProblemText } from '../../shared/ui/states';
import type { Purchase } from './purchase';
import { Notice } from '../../shared/ui/Notice';

const DELIVERY_PRICE = '/delivery/price';

export const pointerOf = (error: ApiError): string | undefined =>
  error.status === 'unreachable' ? undefined : error.problem.pointer;

/** Why an order was not taken, and which of its books are short. */
export function Refusal({ error, from }: { error: ApiError; from: Pick<Purchase, 'lines'> }) {
  const { t } = useTranslation();
  const textOf = useProblemText();
  const lines = error.status === 'unreachable' ? [] : (error.problem.lines ?? []);
  const left = lines.filter(({ available }) => available !== undefined);
  const titleOf = (id: string) => from.lines.find(({ bookId }) => bookId === id)?.title ?? id;
  const isOfDelivery = slugOf(error) === 'price-changed' && pointerOf(error) === DELIVERY_PRICE;
  return (
    <Notice kind="warning">
      <p>{isOfDelivery ? t('checkout.deliveryChanged') : textOf(error)}</p>
      {left.length > 0 && (
        <ul>
          {left.map(({ bookId, available }) => (
            <li key={bookId}>{t('checkout.left', { title: titleOf(bookId), count: available })}</li>
          ))}
        </ul>
      )}
    </Notice>
  );
}
