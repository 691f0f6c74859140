import Button from 'react-bootstrap/Button';
import { useTranslation } from 'react-i18next';
import type { Order } from '../../shared/api/api';
import { Failed } from '../../shared/ui/states';
import { useBuyAgain } from './useBuyAgain';
import { useOrderDate } from './useOrderDate';

export function BuyAgain({ order, isSmall = false }: { order: Order; isSmall?: boolean }) {
  const { t } = useTranslation();
  const dateOf = useOrderDate();
  const { buyAgain, isBusy, error } = useBuyAgain(order);
  return (
    <>
      <Button
        variant="outline-primary"
        {...(isSmall
          ? { size: 'sm', 'aria-label': t('order.againOf', { date: dateOf(order) }) }
          : {})}
        disabled={isBusy}
        onClick={() => void buyAgain()}
      >
        {isBusy ? t('order.addingAgain') : t('order.again')}
      </Button>
      {error !== undefined && (
        <div className="order-failed">
          <Failed error={error} isWrite />
        </div>
      )}
    </>
  );
}
