import Container from 'react-bootstrap/Container';
import { useTranslation } from 'react-i18next';
import { useIsOnline } from '../../shared/online';

/** Says that it is the buyer's own network that is gone, as long as it is. */
export function OfflineNotice() {
  const { t } = useTranslation();
  const isOnline = useIsOnline();
  return (
    <div role="status">
      {!isOnline && (
        <div className="notice notice-offline">
          <Container className="notice-inside">
            <p>{t('region.offline')}</p>
          </Container>
        </div>
      )}
    </div>
  );
}
