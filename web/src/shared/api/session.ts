import { useSyncExternalStore } from 'react';

/**
 * Whether this browser has a session. The session itself is a cookie that scripts cannot read; this
 * only spares a stranger the questions about a cart that cannot be there.
 */
const NAME = 'perpetua.session';
const listeners = new Set<() => void>();

export const hasSession = (): boolean => localStorage.getItem(NAME) !== null;

export function sessionBegan(): void {
  localStorage.setItem(NAME, '1');
  for (const listener of listeners) listener();
}

export const useHasSession = (): boolean =>
  useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, hasSession);
