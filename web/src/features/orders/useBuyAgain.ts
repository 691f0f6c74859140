import { useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { useAddToCartMutation, type Order, type OrderLine } from '../../shared/api/api';
import { isApiError } from '../../shared/api/problem';

const QUANTITY_MAX = 99; // of one addition

/**
 * Puts an order's books into the cart again, one after the other, and goes there. A book that is no
 * longer sold is told of on that page. Anything else that goes wrong stops it: what was not added is
 * then what the next try begins with, so that nothing is lost and nothing comes twice.
 */
export function useBuyAgain({ lines }: Pick<Order, 'lines'>) {
  const [add] = useAddToCartMutation();
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const isUnderWay = useRef(false); // a double click is faster than a render
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  const left = useRef<OrderLine[]>(undefined);
  const notAdded = useRef<string[]>([]);

  async function addAll(rest: OrderLine[]): Promise<unknown> {
    for (const [index, { bookId, title, quantity }] of rest.entries()) {
      left.current = rest.slice(index);
      const outcome = await add({ bookId, quantity: Math.min(QUANTITY_MAX, quantity) });
      if (!outcome.error) continue;
      if (!isApiError(outcome.error) || outcome.error.status !== 404) return outcome.error;
      notAdded.current.push(title);
    }
    left.current = undefined;
    return undefined;
  }

  async function buyAgain(): Promise<void> {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setBusy(true);
    setError(undefined);
    const failure = await addAll(left.current ?? lines);
    isUnderWay.current = false;
    setBusy(false);
    setError(failure);
    // Who has gone elsewhere meanwhile is not called back.
    if (failure !== undefined || !isHere.current) return;
    const state = { notAdded: notAdded.current };
    notAdded.current = [];
    await navigate('/cart', { state });
  }
  return { buyAgain, isBusy, error };
}
