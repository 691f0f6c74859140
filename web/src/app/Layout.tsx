import Container from 'react-bootstrap/Container';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, Outlet, ScrollRestoration, useNavigation } from 'react-router';
import { CartLink } from '../features/cart/CartLink';
import { RegionFlag } from '../features/region/RegionFlag';

export function Layout() {
  const { t } = useTranslation();
  const isOnItsWay = useNavigation().state === 'loading';
  return (
    <>
      {isOnItsWay && (
        <div className="on-its-way" role="progressbar" aria-label={t('state.loading')} />
      )}
      <a className="visually-hidden-focusable" href="#content">
        {t('shop.skip')}
      </a>
      <header>
        {/* Bootstrap's bar by its classes: the component would bring its menus and drawers along. */}
        <nav
          className="navbar navbar-expand bg-body-tertiary border-bottom"
          aria-label={t('nav.main')}
        >
          <Container>
            <Link className="navbar-brand" to="/">
              {t('shop.name')}
            </Link>
            <RegionFlag />
            <div className="navbar-nav ms-auto">
              <NavLink className="nav-link" to="/orders">
                {t('nav.orders')}
              </NavLink>
              <CartLink />
            </div>
          </Container>
        </nav>
      </header>
      <Container as="main" id="content" className="py-4">
        <Outlet />
      </Container>
      <footer className="border-top py-3 text-center text-body-secondary">{t('shop.claim')}</footer>
      <ScrollRestoration />
    </>
  );
}
