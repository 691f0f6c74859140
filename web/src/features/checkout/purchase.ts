import type { Cart, NewOrderLine } from '../../shared/api/api';
import { isOutcomeUnknown, type ApiError } from '../../shared/api/problem';
import { newIdempotencyKey } from '../../shared/api/request';

/**
 * One purchase: what is ordered, and the key of all its tries. Kept until it is known what became of
 * it, over reloads too, so that no second order comes of a lost answer.
 */
export interface Purchase {
  idempotencyKey: string;
  lines: NewOrderLine[];
}

const NAME = 'perpetua.purchase';

export function openPurchase(): Purchase | undefined {
  const stored = sessionStorage.getItem(NAME);
  if (stored === null) return undefined;
  try {
    const purchase = JSON.parse(stored) as Partial<Purchase>;
    if (typeof purchase.idempotencyKey === 'string' && Array.isArray(purchase.lines))
      return purchase as Purchase;
  } catch {
    // Not ours: as if there were none.
  }
  return undefined;
}

export const linesOf = (cart: Cart): NewOrderLine[] =>
  cart.lines.map(({ bookId, quantity, price }) => ({ bookId, quantity, price }));

/** What is open goes on; else a new one begins. */
export function beginPurchase(cart: Cart): Purchase {
  const open = openPurchase();
  if (open) return open;
  const purchase = { idempotencyKey: newIdempotencyKey(), lines: linesOf(cart) };
  sessionStorage.setItem(NAME, JSON.stringify(purchase));
  return purchase;
}

/** Forgets the purchase, unless it may have succeeded without our knowing. */
export function closePurchase(error?: ApiError): void {
  if (error && isOutcomeUnknown(error)) return;
  sessionStorage.removeItem(NAME);
}
