import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { useCartQuery } from '../../shared/api/api';
import { useHasSession } from '../../shared/api/session';
import { BagIcon } from '../../shared/ui/icons';

/** The way to the cart, with how many copies are in it. */
export function CartLink() {
  const { t } = useTranslation();
  const hasSession = useHasSession();
  const { data: cart } = useCartQuery(undefined, { skip: !hasSession });
  const count = cart?.lines.reduce((sum, { quantity }) => sum + quantity, 0) ?? 0;
  return (
    <NavLink to="/cart">
      <BagIcon />
      <span className="bar-word">{t('nav.cart')}</span>
      {count > 0 && (
        <span className="cart-count">
          <span aria-hidden="true">{count}</span>
          <span className="visually-hidden">{t('nav.cartCount', { count })}</span>
        </span>
      )}
    </NavLink>
  );
}
