import Button from 'react-bootstrap/Button';
import Container from 'react-bootstrap/Container';
import { useTranslation } from 'react-i18next';

/** Shown in place of a page that threw, or whose code could not be loaded. */
export function Broken() {
  const { t } = useTranslation();
  return (
    <Container className="py-5 text-center">
      <p className="lead">{t('state.broken')}</p>
      <Button
        onClick={() => {
          location.reload();
        }}
      >
        {t('state.reload')}
      </Button>
    </Container>
  );
}
