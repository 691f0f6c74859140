import Card from 'react-bootstrap/Card';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Book } from '../../shared/api/api';
import { formatMoney } from '../../shared/format/money';
import { Cover } from '../../shared/ui/Cover';

interface BookCardProps {
  book: Book;
  /** One below the heading that the card stands under. */
  heading: 'h2' | 'h3';
  note?: string;
}

export function BookCard({ book, heading, note }: BookCardProps) {
  const { t, i18n } = useTranslation();
  return (
    <Card as="article" className="h-100">
      <Cover book={book} />
      <Card.Body className="d-flex flex-column">
        <Card.Title as={heading} className="h6 mb-1">
          <Link className="stretched-link text-reset text-decoration-none" to={`/books/${book.id}`}>
            {book.title}
          </Link>
        </Card.Title>
        <p className="small text-body-secondary mb-2">
          {book.authors.join(', ') || t('book.unknownAuthor')}
        </p>
        <p className="mt-auto mb-0 fw-semibold">{formatMoney(book.price, i18n.language)}</p>
        {note && <p className="small mb-0">{note}</p>}
      </Card.Body>
    </Card>
  );
}
