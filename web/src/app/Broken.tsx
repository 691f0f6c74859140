import { useEffect } from 'react';
import Button from 'react-bootstrap/Button';
import { useTranslation } from 'react-i18next';
import { forgetFailures } from './LazyPage';

/** Shown in place of a page that threw, or whose code could not be fetched. */
export function Broken() {
  const { t } = useTranslation();
  useEffect(forgetFailures, []);
  return (
    <div className="empty" role="alert">
      <h1>{t('state.brokenTitle')}</h1>
      <p className="lead">{t('state.broken')}</p>
      <Button
        onClick={() => {
          location.reload();
        }}
      >
        {t('state.reload')}
      </Button>
    </div>
  );
}
