import { useEffect, useReducer, useRef } from 'react';
import { useNavigate } from 'react-router';
import { usePlaceOrderMutation, type Cart, type OrderDetails } from '../../shared/api/api';
import { isApiError } from '../../shared/api/problem';
import { useIsOnline } from '../../shared/online';
import {
  beginPurchase,
  closePurchase,
  isWaitedFor,
  openPurchase,
  orderOf,
  purchasePlaced,
  type Purchase,
} from './purchase';

/** Paying for the cart as it is shown, once, until it is known what became of it. */
export function usePurchase(cart: Cart) {
  const navigate = useNavigate();
  const isOnline = useIsOnline();
  const [place, { isLoading: isPaying, data: placed, error, reset }] = usePlaceOrderMutation();
  const isUnderWay = useRef(false); // a double click is faster than a render
  const isBackMeanwhile = useRef(false); // the network, while the tries without it went on
  const [, look] = useReducer((times: number) => times + 1, 0);
  const open = openPurchase(cart.id);

  async function send(purchase: Purchase) {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    isBackMeanwhile.current = false;
    const outcome = await place(purchase);
    if (outcome.data) {
      // Still under way: until the order's page is there, another click must not be another order.
      purchasePlaced(cart.id, purchase, outcome.data.id);
      await navigate(`/orders/${outcome.data.id}`, { replace: true, state: { isPlaced: true } });
      return;
    }
    isUnderWay.current = false;
    if (isApiError(outcome.error)) closePurchase(cart.id, outcome.error);
    if (isBackMeanwhile.current && openPurchase(cart.id)) void send(purchase);
    else look();
  }

  // After a reload, and when the network is back: what the buyer has paid for is asked for anew.
  useEffect(() => {
    isBackMeanwhile.current = isOnline && isUnderWay.current;
    const waiting = openPurchase(cart.id);
    if (isOnline && waiting && isWaitedFor(waiting)) void send(waiting);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each of these alone
  }, [isOnline, cart.id]);

  return {
    open,
    isOnline,
    isPaying,
    placed: placed?.id ?? (open ? undefined : orderOf(cart)),
    error,
    pay: (details: OrderDetails) => {
      // Another tab may have begun one, or ended it: that is shown before anything is sent.
      if (openPurchase(cart.id) ?? orderOf(cart)) {
        look();
        return;
      }
      const purchase = beginPurchase(cart, details);
      if (isOnline) void send(purchase);
      else look();
    },
    ask: () => {
      if (open) void send(open);
    },
    leave: () => {
      closePurchase(cart.id);
      reset();
      look();
    },
  };
}
