import Badge from 'react-bootstrap/Badge';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { useCartQuery } from '../../shared/api/api';
import { useHasSession } from '../../shared/api/session';

/** The way to the cart, with how many copies are in it. */
export function CartLink() {
  const { t } = useTranslation();
  const hasSession = useHasSession();
  const { data: cart } = useCartQuery(undefined, { skip: !hasSession });
  const count = cart?.lines.reduce((sum, { quantity }) => sum + quantity, 0) ?? 0;
  return (
    <NavLink className="nav-link" to="/cart">
      {t('nav.cart')}{' '}
      {count > 0 && (
        <Badge pill bg="warning" text="dark">
          <span aria-hidden="true">{count}</span>
          <span className="visually-hidden">{t('nav.cartCount', { count })}</span>
        </Badge>
      )}
    </NavLink>
  );
}
