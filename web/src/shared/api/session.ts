import { useSyncExternalStore } from 'react';

/**
 * Whether this browser has a session. The session is a cookie that scripts cannot read; with it the
 * shop sets a readable one that lives as long, which spares a stranger the questions about a cart
 * that cannot be there.
 */
const MARKER = 'perpetua_guest=1';
const listeners = new Set<() => void>();

export const hasSession = (): boolean => document.cookie.split(/;\s*/).includes(MARKER);

export function sessionBegan(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // Another tab may have begun one meanwhile.
  document.addEventListener('visibilitychange', listener);
  return () => {
    listeners.delete(listener);
    document.removeEventListener('visibilitychange', listener);
  };
}

export const useHasSession = (): boolean => useSyncExternalStore(subscribe, hasSession);
