import { useState } from 'react';
import Button from 'react-bootstrap/Button';
import Container from 'react-bootstrap/Container';
import { useTranslation } from 'react-i18next';
import { useTruthQuery, type Truth } from '../../shared/api/api';

/**
 * Says it, once and calmly, when another region has taken over under the buyer's hands. Not when
 * the nearest one is back: that is no news to a buyer.
 */
export function FailoverNotice() {
  const { t } = useTranslation();
  const { data: now } = useTruthQuery(undefined);
  const [home, setHome] = useState<Truth>(); // the region that this page began with
  const [last, setLast] = useState<Truth>();
  const [isDismissed, setIsDismissed] = useState(false);
  if (now && now.region !== last?.region) {
    setLast(now);
    setIsDismissed(false);
    if (!home) setHome(now);
  }
  const hasMoved = home && last && home.region !== last.region && !isDismissed;
  return (
    <div role="status">
      {hasMoved && (
        <div className="notice">
          <Container className="notice-inside">
            <p>{t('region.moved', { from: home.title, to: last.title })}</p>
            <Button
              variant="link"
              size="sm"
              onClick={() => {
                setIsDismissed(true);
              }}
            >
              {t('region.dismiss')}
            </Button>
          </Container>
        </div>
      )}
    </div>
  );
}
