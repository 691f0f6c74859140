import type { Cart, Money, OrderDetails } from '../../shared/api/api';
import { newIdempotencyKey } from '../../shared/api/keys';
import { isOutcomeUnknown, type ApiError } from '../../shared/api/problem';
import { keep, recall } from '../../shared/storage';

/**
 * One purchase: the cart as the buyer saw it, named by its ETag, what the order says beside it, and
 * the key of all its tries. Kept until it is known what became of it, for every tab and over
 * reloads, so that no second order comes of a lost answer. It belongs to its cart, and is never sent
 * for another.
 */
export interface Purchase {
  idempotencyKey: string;
  etag: string;
  details: OrderDetails;
  lines: Pick<
    Cart['lines'][number],
    'bookId' | 'title' | 'authors' | 'category' | 'quantity' | 'total'
  >[];
  /** With the delivery. */
  total: Money;
  begunAtMs: number;
}

const nameOf = (cartId: string): string => `perpetua.purchase.${cartId}`;

export function openPurchase(cartId: string): Purchase | undefined {
  const kept = recall('localStorage', nameOf(cartId)) as Partial<Purchase> | null;
  const isOurs =
    typeof kept?.idempotencyKey === 'string' &&
    typeof kept.etag === 'string' &&
    typeof kept.details === 'object' &&
    typeof kept.begunAtMs === 'number' &&
    Array.isArray(kept.lines);
  return isOurs ? (kept as Purchase) : undefined;
}

const PLACED = 'perpetua.placed';

interface Placed {
  cartId: string;
  etag: string;
  orderId: string;
}

/** It has become an order: forgotten, but for the cart that it was. */
export function purchasePlaced(cartId: string, { etag }: Purchase, orderId: string): void {
  keep('localStorage', PLACED, { cartId, etag, orderId } satisfies Placed);
  closePurchase(cartId);
}

/**
 * The order that this very cart has become. The cart may still be seen as it was: on the way back,
 * in another tab, and in a region that has not heard of the order and would take another one. An
 * ETag names a cart's operations, so a cart that is filled anew is another one.
 */
export function orderOf({ id, etag }: Pick<Cart, 'id' | 'etag'>): string | undefined {
  const last = recall('localStorage', PLACED) as Partial<Placed> | null;
  const isThis = last?.cartId === id && last.etag === etag;
  return isThis && typeof last.orderId === 'string' ? last.orderId : undefined;
}

export function withDelivery(total: Money, { delivery }: OrderDetails): Money {
  return { ...total, amount: total.amount + (delivery?.price.amount ?? 0) };
}

/** Begins one; not while another is open. */
export function beginPurchase({ id, etag, lines, total }: Cart, details: OrderDetails): Purchase {
  const purchase: Purchase = {
    idempotencyKey: newIdempotencyKey(),
    etag,
    details,
    lines: lines.map(({ bookId, title, authors, category, quantity, total }) => ({
      bookId,
      title,
      authors,
      category,
      quantity,
      total,
    })),
    total: withDelivery(total, details),
    begunAtMs: Date.now(),
  };
  keep('localStorage', nameOf(id), purchase);
  return purchase;
}

/**
 * Whether the buyer still waits for it: then it is asked for without being told to. Of one that was
 * left for longer he may have thought better.
 */
const WAITED_FOR_MS = 10 * 60 * 1000;
export const isWaitedFor = ({ begunAtMs }: Purchase): boolean =>
  Math.abs(Date.now() - begunAtMs) < WAITED_FOR_MS;

/**
 * Forgets the purchase, unless it may have succeeded without our knowing: so too when its session
 * has ended, for nobody can be asked then.
 */
export function closePurchase(cartId: string, error?: ApiError): void {
  if (error && (isOutcomeUnknown(error) || error.status === 401)) return;
  keep('localStorage', nameOf(cartId), null);
}
