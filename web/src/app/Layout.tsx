import type { ReactNode } from 'react';
import Container from 'react-bootstrap/Container';
import { useTranslation } from 'react-i18next';
import { Link, NavLink } from 'react-router';
import { CartLink } from '../features/cart/CartLink';
import { SearchBox } from '../features/catalogue/SearchBox';
import { FailoverNotice } from '../features/region/FailoverNotice';
import { OfflineNotice } from '../features/region/OfflineNotice';
import { RegionFlag } from '../features/region/RegionFlag';
import { Footer } from './Footer';
import { ReceiptIcon } from '../shared/ui/icons';
import { useIsOnItsWay } from './LazyPage';
import { Mark } from './Mark';
import { useScroll } from './useScroll';

export function Layout({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const isOnItsWay = useIsOnItsWay();
  useScroll();
  return (
    <>
      <a className="skip" href="#content">
        {t('shop.skip')}
      </a>
      <header className="bar">
        {isOnItsWay && (
          <div className="on-its-way" role="progressbar" aria-label={t('state.loading')} />
        )}
        <Container className="bar-inside">
          <div className="bar-brand">
            <Link className="brand" to="/">
              <Mark />
              {t('shop.name')}
            </Link>
            <RegionFlag />
          </div>
          <div className="bar-search">
            <SearchBox />
          </div>
          <nav className="bar-nav" aria-label={t('nav.main')}>
            <NavLink className="bar-wide" to="/best-sellers">
              {t('nav.bestSellers')}
            </NavLink>
            <NavLink to="/orders">
              <ReceiptIcon />
              <span className="bar-word">{t('nav.orders')}</span>
            </NavLink>
            <CartLink />
          </nav>
        </Container>
        <OfflineNotice />
        <FailoverNotice />
      </header>
      <Container as="main" id="content" className="page">
        {children}
      </Container>
      <Footer />
    </>
  );
}
