import Container from 'react-bootstrap/Container';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { LanguageChoice } from './LanguageChoice';

export function Footer() {
  const { t } = useTranslation();
  return (
    <footer className="foot">
      <Container className="foot-inside">
        <p className="foot-claim">{t('shop.claim')}</p>
        <nav aria-label={t('nav.foot')}>
          <Link to="/">{t('nav.home')}</Link>
          <Link to="/best-sellers">{t('nav.bestSellers')}</Link>
          <Link to="/orders">{t('nav.orders')}</Link>
          <Link to="/cart">{t('nav.cart')}</Link>
        </nav>
        <LanguageChoice />
      </Container>
    </footer>
  );
}
