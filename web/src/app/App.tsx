import { Suspense } from 'react';
import { Route, Routes, useLocation } from 'react-router';
import { Loading } from '../shared/ui/states';
import { Boundary } from './Boundary';
import { Layout } from './Layout';
import { LazyPage } from './LazyPage';
import { NotFoundPage } from './NotFoundPage';
import { PAGES } from './pages';

export function App() {
  const { pathname } = useLocation();
  return (
    <Boundary at="the shop">
      <Layout>
        <Boundary at={pathname}>
          <Suspense fallback={<Loading />}>
            <Routes>
              {PAGES.map((page) => (
                <Route key={page.path} path={page.path} element={<LazyPage page={page} />} />
              ))}
              <Route path="*" element={<NotFoundPage />} />
            </Routes>
          </Suspense>
        </Boundary>
      </Layout>
    </Boundary>
  );
}
