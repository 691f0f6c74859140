import type { ComponentType } from 'react';

export interface Page {
  /** As react-router has it. */
  path: string;
  /** Each page is a piece of code of its own, fetched when it is first visited. */
  fetch: () => Promise<{ Component: ComponentType }>;
}

export const PAGES: readonly Page[] = [
  { path: '/', fetch: () => import('../features/catalogue/HomePage') },
  { path: '/search', fetch: () => import('../features/catalogue/SearchPage') },
  { path: '/best-sellers', fetch: () => import('../features/catalogue/BestSellersPage') },
  { path: '/category/:slug', fetch: () => import('../features/catalogue/CategoryPage') },
  { path: '/books/:id', fetch: () => import('./BookPage') },
  { path: '/cart', fetch: () => import('../features/cart/CartPage') },
  { path: '/checkout', fetch: () => import('../features/checkout/CheckoutPage') },
  { path: '/orders', fetch: () => import('../features/orders/OrdersPage') },
  { path: '/orders/:id', fetch: () => import('../features/orders/OrderDetailPage') },
];
