import { createBrowserRouter } from 'react-router';
import { Loading } from '../shared/ui/states';
import { Broken } from './Broken';
import { Layout } from './Layout';
import { NotFoundPage } from './NotFoundPage';

/** Each page is a piece of code of its own, loaded when it is first visited. */
export const router = createBrowserRouter([
  {
    element: <Layout />,
    errorElement: <Broken />,
    hydrateFallbackElement: <Loading />,
    children: [
      { path: '/', lazy: () => import('../features/catalogue/HomePage') },
      { path: '/category/:slug', lazy: () => import('../features/catalogue/CategoryPage') },
      { path: '/books/:id', lazy: () => import('./BookPage') },
      { path: '/cart', lazy: () => import('../features/cart/CartPage') },
      { path: '/checkout', lazy: () => import('../features/checkout/CheckoutPage') },
      { path: '/orders', lazy: () => import('../features/orders/OrdersPage') },
      { path: '/orders/:id', lazy: () => import('../features/orders/OrderDetailPage') },
      { path: '*', element: <NotFoundPage /> },
    ],
  },
]);
