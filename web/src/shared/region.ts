import { useSyncExternalStore } from 'react';

/** The region that gave the last answer. */
let current: string | undefined;
const listeners = new Set<() => void>();

export function regionAnswered(region: string | null): void {
  if (!region || region === current) return;
  current = region;
  for (const listener of listeners) listener();
}

export function useAnsweringRegion(): string | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
