import { useId, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { Book } from '../../shared/api/api';
import { BookCard } from './BookCard';

interface ShelfProps {
  title: string;
  books: { book: Book; note?: string }[];
  more?: { to: string; text: string };
  /** In place of books, when there are none. */
  empty?: ReactNode;
}

/** A row of books; on a narrow screen one pushes it along. */
export function Shelf({ title, books, more, empty }: ShelfProps) {
  const id = useId();
  return (
    <section className="shelf" aria-labelledby={id}>
      <div className="shelf-head">
        <h2 id={id}>{title}</h2>
        {more && <Link to={more.to}>{more.text}</Link>}
      </div>
      {books.length === 0 ? (
        empty
      ) : (
        // It can be pushed along by keyboard too: its links take the focus, and come into sight.
        <ul className="shelf-row">
          {books.map(({ book, note }) => (
            <li key={book.id}>
              <BookCard book={book} heading="h3" note={note} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** The room that a shelf will take, so that what is below stays where it is. */
export function ShelfToCome({ title }: { title: string }) {
  return (
    <section className="shelf" aria-busy="true">
      <div className="shelf-head">
        <h2>{title}</h2>
      </div>
      <ul className="shelf-row" aria-hidden="true">
        {Array.from({ length: 6 }, (_, index) => (
          <li key={index}>
            <div className="book-card">
              <div className="cover-frame" />
              <span className="book-card-title">&nbsp;</span>
              <span className="book-card-author">&nbsp;</span>
              <span className="book-card-price">&nbsp;</span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
