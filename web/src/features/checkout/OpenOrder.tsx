import type { ReactNode } from 'react';
import Button from 'react-bootstrap/Button';
import { useTranslation } from 'react-i18next';
import { LinkButton } from '../../shared/ui/LinkButton';
import { Loading } from '../../shared/ui/states';
import type { Purchase } from './purchase';
import { Summary } from './Summary';
import { Notice } from '../../shared/ui/Notice';

interface OpenOrderProps {
  purchase: Purchase;
  isPaying: boolean;
  isOnline: boolean;
  messages: ReactNode;
  onAsk: () => void;
  onLeave: () => void;
}

/** What was paid for, as it was, while it is not known what became of it. */
export function OpenOrder(props: OpenOrderProps) {
  const { purchase, isPaying, isOnline, messages, onAsk, onLeave } = props;
  const { t } = useTranslation();
  return (
    <div className="card-sheet open-order">
      <div aria-live="assertive">
        {isPaying && <Loading text={t('checkout.paying')} />}
        {!isPaying && messages}
        {!isPaying && !isOnline && <Notice kind="info">{t('checkout.waiting')}</Notice>}
        {!isPaying && isOnline && <Notice kind="info">{t('checkout.pending')}</Notice>}
      </div>
      <Summary lines={purchase.lines} delivery={purchase.details.delivery} total={purchase.total} />
      {!isPaying && (
        <div className="open-order-ways">
          <LinkButton variant="link" to="/cart">
            {t('checkout.backToCart')}
          </LinkButton>
          <Button variant="outline-secondary" onClick={onLeave}>
            {t('checkout.leave')}
          </Button>
          <Button onClick={onAsk} disabled={!isOnline}>
            {t('checkout.ask')}
          </Button>
        </div>
      )}
    </div>
  );
}
