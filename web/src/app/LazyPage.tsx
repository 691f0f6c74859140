import { createElement, use, useSyncExternalStore, type ComponentType } from 'react';
import type { Page } from './pages';

const known = new Map<Page, ComponentType>();
const onTheirWay = new Map<Page, Promise<void>>();
/** Until that is said: who renders it again meanwhile must not ask for it again. */
const failed = new Map<Page, Promise<void>>();
const listeners = new Set<() => void>();

function changed(): void {
  for (const listener of listeners) listener();
}

/** Fetches a page's code, once; again when that failed. */
export function fetchPage(page: Page): Promise<void> {
  const already = onTheirWay.get(page) ?? failed.get(page);
  if (already) return already;
  const fetching = page
    .fetch()
    .then(({ Component }) => {
      known.set(page, Component);
    })
    .catch((error: unknown) => {
      failed.set(page, fetching);
      throw error;
    })
    .finally(() => {
      onTheirWay.delete(page);
      changed();
    });
  onTheirWay.set(page, fetching);
  changed();
  return fetching;
}

/** Once it is said that one failed: the next visit tries again. */
export const forgetFailures = (): void => {
  failed.clear();
};

export function LazyPage({ page }: { page: Page }) {
  const Known = known.get(page);
  if (Known) return createElement(Known);
  use(fetchPage(page));
  return null; // never: the promise is thrown, and by the next time the page is known
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Whether a page's code is being fetched: the one before still stands. */
export const useIsOnItsWay = (): boolean =>
  useSyncExternalStore(subscribe, () => onTheirWay.size > 0);
