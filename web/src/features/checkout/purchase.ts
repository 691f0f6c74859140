import type { Cart } from '../../shared/api/api';
import { newIdempotencyKey } from '../../shared/api/keys';
import { isOutcomeUnknown, type ApiError } from '../../shared/api/problem';
import { keep, recall } from '../../shared/storage';

/**
 * One purchase: the cart as the buyer saw it, named by its ETag, and the key of all its tries. Kept
 * until it is known what became of it, for every tab and over reloads, so that no second order
 * comes of a lost answer. It belongs to its cart, and is never sent for another.
 */
export interface Purchase {
  idempotencyKey: string;
  etag: string;
  lines: Pick<Cart['lines'][number], 'bookId' | 'title' | 'quantity' | 'total'>[];
  total: Cart['total'];
}

const nameOf = (cartId: string): string => `perpetua.purchase.${cartId}`;

export function openPurchase(cartId: string): Purchase | undefined {
  const kept = recall('localStorage', nameOf(cartId)) as Partial<Purchase> | null;
  const isOurs =
    typeof kept?.idempotencyKey === 'string' &&
    typeof kept.etag === 'string' &&
    Array.isArray(kept.lines);
  return isOurs ? (kept as Purchase) : undefined;
}

/** Begins one; not while another is open. */
export function beginPurchase({ id, etag, lines, total }: Cart): Purchase {
  const purchase: Purchase = {
    idempotencyKey: newIdempotencyKey(),
    etag,
    lines: lines.map(({ bookId, title, quantity, total }) => ({ bookId, title, quantity, total })),
    total,
  };
  keep('localStorage', nameOf(id), purchase);
  return purchase;
}

/**
 * Forgets the purchase, unless it may have succeeded without our knowing: so too when its session
 * has ended, for nobody can be asked then.
 */
export function closePurchase(cartId: string, error?: ApiError): void {
  if (error && (isOutcomeUnknown(error) || error.status === 401)) return;
  keep('localStorage', nameOf(cartId), null);
}
