import { startTransition, StrictMode } from 'react';
import { I18nextProvider } from 'react-i18next';
import { App } from './app/App';
import { createRoot } from './app/begin/react';
import { BrowserRouter, matchPath } from './app/begin/router';
import { Provider, setupListeners } from './app/begin/state';
import { keepFiles } from './app/keepFiles';
import { fetchPage } from './app/LazyPage';
import { PAGES } from './app/pages';
import { makeStore } from './shared/api/store';
import { i18n, speak } from './shared/i18n';
import { wantedLanguage } from './shared/i18n/language';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root');

// Its code is there, or could not be had: until then the shell stands (index.html).
const page = PAGES.find(({ path }) => matchPath(path, location.pathname));
const firstPage = page && fetchPage(page).catch(() => undefined);

const store = makeStore();
// What failed for want of a network is asked for again when there is one.
setupListeners(store.dispatch);

await Promise.all([speak(wantedLanguage()), firstPage]);
// In a transition React pauses for the buyer's touches.
startTransition(() => {
  createRoot(root).render(
    <StrictMode>
      <Provider store={store}>
        <I18nextProvider i18n={i18n}>
          <BrowserRouter>
            <App />
          </BrowserRouter>
        </I18nextProvider>
      </Provider>
    </StrictMode>,
  );
});

keepFiles();
