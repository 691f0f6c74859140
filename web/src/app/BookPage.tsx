import { AddToCart } from '../features/cart/AddToCart';
import { BookView } from '../features/catalogue/BookView';

/** The catalogue's book and the cart's button: features that do not know each other. */
export function Component() {
  return (
    <BookView buy={(book, left) => <AddToCart key={book.id} bookId={book.id} left={left} />} />
  );
}
