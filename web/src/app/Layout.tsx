import Container from 'react-bootstrap/Container';
import Nav from 'react-bootstrap/Nav';
import Navbar from 'react-bootstrap/Navbar';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, Outlet, ScrollRestoration } from 'react-router';
import { CartLink } from '../features/cart/CartLink';
import { RegionFlag } from '../features/region/RegionFlag';

export function Layout() {
  const { t } = useTranslation();
  return (
    <>
      <a className="visually-hidden-focusable" href="#content">
        {t('shop.skip')}
      </a>
      <header>
        <Navbar bg="body-tertiary" className="border-bottom">
          <Container>
            <Link className="navbar-brand" to="/">
              {t('shop.name')}
            </Link>
            <RegionFlag />
            <Nav className="ms-auto">
              <NavLink className="nav-link" to="/orders">
                {t('nav.orders')}
              </NavLink>
              <CartLink />
            </Nav>
          </Container>
        </Navbar>
      </header>
      <Container as="main" id="content" className="py-4">
        <Outlet />
      </Container>
      <footer className="border-top py-3 text-center text-body-secondary">{t('shop.claim')}</footer>
      <ScrollRestoration />
    </>
  );
}
