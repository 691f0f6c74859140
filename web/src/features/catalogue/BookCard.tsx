import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Book } from '../../shared/api/api';
import { formatMoney } from '../../shared/format/money';
import { Cover } from '../../shared/ui/Cover';

interface BookCardProps {
  book: Book;
  /** One below the heading that the card stands under. */
  heading: 'h2' | 'h3';
  note?: string | undefined;
}

export function BookCard({ book, heading: Title, note }: BookCardProps) {
  const { t, i18n } = useTranslation();
  return (
    <article className="book-card">
      <div className="cover-frame">
        <Cover book={book} />
      </div>
      <Title className="book-card-title">
        <Link className="stretched-link" to={`/books/${book.id}`}>
          {book.title}
        </Link>
      </Title>
      <p className="book-card-author">{book.authors.join(', ') || t('book.unknownAuthor')}</p>
      <p className="book-card-price">
        <span className="price">{formatMoney(book.price, i18n.language)}</span>
        {note && <span className="book-card-note">{note}</span>}
      </p>
    </article>
  );
}
