import { useRef, useState } from 'react';
import { useDispatch } from 'react-redux';
import { useAddToCartMutation, useSetInCartMutation, wishInCart } from '../../shared/api/api';
import type { makeStore } from '../../shared/api/store';

/**
 * A line's quantity as the buyer wants it. One write at a time: while one is under way the last wish
 * waits. What was taken out is put back by an addition, which survives what others do to the cart.
 */
export function useQuantity(bookId: string, isInCart: boolean) {
  const [set] = useSetInCartMutation();
  const [add] = useAddToCartMutation();
  const [error, setError] = useState<unknown>();
  const [wanted, setWanted] = useState<number>();
  const last = useRef<number>(undefined);
  const dispatch = useDispatch<ReturnType<typeof makeStore>['dispatch']>();
  const unwish = useRef<() => void>(undefined); // what waits is shown as well

  async function change(to: number) {
    const isUnderWay = last.current !== undefined;
    last.current = to;
    setWanted(to);
    if (isUnderWay) {
      const overtaken = unwish.current;
      unwish.current = dispatch(wishInCart(bookId, to));
      overtaken?.();
      return;
    }
    let isIn = isInCart;
    for (let sent: number | undefined; sent !== last.current;) {
      sent = last.current;
      const write = { bookId, quantity: sent };
      const writing = isIn ? set(write) : add(write);
      unwish.current?.();
      unwish.current = undefined;
      const outcome = await writing;
      setError(outcome.error);
      if (!outcome.error) isIn = sent > 0;
    }
    last.current = undefined;
    unwish.current?.(); // back to what was sent last
    unwish.current = undefined;
    setWanted(undefined);
  }
  return { wanted, error, change };
}
