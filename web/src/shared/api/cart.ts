import { useCartQuery } from './api';
import { useHasSession } from './session';

/** The cart as it is now; other tabs and other regions change it too: never what was read before. */
export function useCart() {
  const hasSession = useHasSession();
  const read = useCartQuery(undefined, { skip: !hasSession, refetchOnMountOrArgChange: true });
  return { hasSession, ...read };
}
