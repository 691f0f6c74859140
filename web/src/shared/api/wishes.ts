import type { Cart, CartLine } from './api';

/** What a quantity becomes by a change of the buyer's. */
type Change = (quantity: number) => number;

interface Wish {
  bookId: string;
  change: Change;
  isOpen: boolean;
  /** Of a book that is no line yet: how it would stand there, whatever its quantity. */
  line: CartLine | undefined;
}

/** Of no cart that the shop has given: it does not let what it has not confirmed be ordered. */
export const UNCONFIRMED = '"unconfirmed"';

function changed(cart: Cart, { bookId, change, line: unlisted }: Wish): Cart {
  const listed = cart.lines.find((candidate) => candidate.bookId === bookId);
  const line = listed ?? unlisted;
  const before = listed?.quantity ?? 0;
  const quantity = change(before);
  if (!line || quantity === before) return cart;
  const total = { ...line.price, amount: line.price.amount * quantity };
  const wanted = { ...line, quantity, total };
  const lines = listed
    ? cart.lines.map((other) => (other === listed ? wanted : other))
    : [...cart.lines, wanted];
  const amount = cart.total.amount + line.price.amount * (quantity - before);
  // An empty cart's currency is anyone's.
  const { currency } = cart.lines.length > 0 ? cart.total : line.price;
  return {
    ...cart,
    etag: UNCONFIRMED,
    lines: lines.filter((other) => other.quantity > 0),
    total: { amount, currency },
  };
}

/**
 * The cart as the buyer wants it, before the shop has answered. Several writes may be under way, and
 * each answers with the whole cart, in which the others may be missing: they are laid over it anew,
 * so that nothing goes back and forth. One that fails is left out, whatever came in between.
 */
export class CartWishes {
  private confirmed: Cart | undefined;
  private wishes: Wish[] = [];
  /** How often what is known of the cart has changed by writes. */
  private turns = 0;
  private reads = 0;

  get isQuiet(): boolean {
    return !this.wishes.some(({ isOpen }) => isOpen);
  }

  /** What the shop said last, with all that it may not know of. */
  private shown(): Cart | undefined {
    return this.confirmed && this.wishes.reduce(changed, this.confirmed);
  }

  /** A cart was read, or answered by a write. */
  read(cart: Cart): Cart | undefined {
    this.confirmed = cart;
    return this.shown();
  }

  /**
   * Waits for a cart that is being read, which may be older than writes that ended meanwhile: they
   * are laid over it too. Nothing when it can be shown as it is.
   */
  async whenRead(reading: Promise<Cart>): Promise<Cart | undefined> {
    const since = this.turns;
    ++this.reads;
    try {
      const cart = await reading;
      if (!this.isQuiet || this.turns !== since) return this.read(cart);
      this.wishes = []; // it has them all
      return undefined;
    } finally {
      --this.reads;
    }
  }

  /** A write begins, on what is shown. */
  begin(
    shown: Cart | undefined,
    bookId: string,
    change: Change,
    line?: CartLine,
  ): [Wish, Cart | undefined] {
    if (this.isQuiet && this.reads === 0) this.wishes = [];
    if (this.wishes.length === 0) this.confirmed = shown;
    const wish = { bookId, change, isOpen: true, line };
    this.wishes.push(wish);
    ++this.turns;
    return [wish, this.shown()];
  }

  /** The shop has carried it out. Answers to writes that began before may not know of it. */
  done(wish: Wish, cart: Cart): Cart | undefined {
    const line = cart.lines.find(({ bookId }) => bookId === wish.bookId);
    const quantity = line?.quantity ?? 0;
    ++this.turns;
    wish.isOpen = false;
    wish.change = () => quantity;
    wish.line = line ?? wish.line;
    const since = this.wishes.indexOf(wish);
    this.wishes = this.wishes.filter(
      ({ bookId }, index) => bookId !== wish.bookId || index >= since,
    );
    return this.read(cart);
  }

  /** It is none any more: refused, or overtaken by a later one. */
  failed(wish: Wish): Cart | undefined {
    ++this.turns;
    this.wishes = this.wishes.filter((other) => other !== wish);
    return this.shown();
  }
}
