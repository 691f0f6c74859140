import { useEffect, useState } from 'react';
import type { Cart, CartLine } from '../../shared/api/api';
import { keep, recall } from '../../shared/storage';

const NAME = 'perpetua.cart';

type SeenLine = Pick<CartLine, 'bookId' | 'title' | 'price'>;
/** A cart as the buyer last saw it; of one cart alone, for a browser has no other. */
interface Look {
  id: string;
  lines: SeenLine[];
}

function isLine(value: unknown): value is SeenLine {
  const line = value as Partial<SeenLine> | null;
  return (
    typeof line?.bookId === 'string' &&
    typeof line.title === 'string' &&
    typeof line.price?.amount === 'number' &&
    /^[A-Z]{3}$/.test(line.price.currency)
  );
}

function lastLook(): Look {
  const look = recall('localStorage', NAME) as Partial<Look> | null;
  const lines: unknown = look?.lines;
  return { id: look?.id ?? '', lines: Array.isArray(lines) ? lines.filter(isLine) : [] };
}

const lookAt = ({ id, lines }: Cart): Look => ({
  id,
  lines: lines.map(({ bookId, title, price }) => ({ bookId, title, price })),
});

/**
 * The cart as it was when the buyer last looked, to tell what has changed since; what has come into
 * it, as it was first seen. It stays so until the page is left.
 */
export function useLastLook(cart: Cart | undefined): SeenLine[] {
  const [before, setBefore] = useState(lastLook);
  if (cart && before.id !== cart.id) {
    setBefore(lookAt(cart));
  } else if (cart) {
    const fresh = lookAt(cart).lines.filter(
      ({ bookId }) => !before.lines.some((line) => line.bookId === bookId),
    );
    if (fresh.length > 0) setBefore({ id: cart.id, lines: [...before.lines, ...fresh] });
  }
  useEffect(() => {
    // What a region has not told yet is not gone.
    if (cart?.stale.length === 0) keep('localStorage', NAME, lookAt(cart));
  }, [cart]);
  return before.lines;
}
