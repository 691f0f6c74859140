import Card from 'react-bootstrap/Card';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Book } from '../../shared/api/api';
import { formatMoney } from '../../shared/format/money';
import { Cover } from '../../shared/ui/Cover';

export function BookCard({ book, note }: { book: Book; note?: string }) {
  const { t, i18n } = useTranslation();
  return (
    <Card as="article" className="h-100 book-card">
      <Cover book={book} />
      <Card.Body className="d-flex flex-column">
        <Card.Title as="h3" className="h6 mb-1">
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
