import type { ReactNode } from 'react';
import Badge from 'react-bootstrap/Badge';
import Col from 'react-bootstrap/Col';
import Row from 'react-bootstrap/Row';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useBookQuery, useCategoriesQuery, type BookDetail } from '../../shared/api/api';
import { isApiError } from '../../shared/api/problem';
import { formatMoney } from '../../shared/format/money';
import { Cover } from '../../shared/ui/Cover';
import { Heading } from '../../shared/ui/Heading';
import { Empty, Failed, Loading } from '../../shared/ui/states';

const FEW = 10;

function Stock({ left }: { left: number }) {
  const { t } = useTranslation();
  if (left === 0) return <Badge bg="secondary">{t('book.none')}</Badge>;
  if (left <= FEW) return <Badge bg="danger">{t('book.few', { count: left })}</Badge>;
  return <Badge bg="success">{t('book.inStock')}</Badge>;
}

/** One book. `buy` is what the app puts beside the price. */
export function BookView({ buy }: { buy: (book: BookDetail, left: number) => ReactNode }) {
  const { t, i18n } = useTranslation();
  const { id = '' } = useParams();
  const { data: book, error, isLoading, refetch } = useBookQuery(id);
  const { data: categories } = useCategoriesQuery(undefined);
  if (isLoading) return <Loading />;
  if (isApiError(error) && error.status === 404) return <Empty text={t('book.missing')} />;
  if (!book) return <Failed error={error} onRetry={() => void refetch()} />;
  const left = book.availability.reduce((sum, { quantity }) => sum + quantity, 0);
  return (
    <Row as="article" className="g-4">
      <Col xs={12} sm={5} lg={4}>
        <Cover book={book} />
      </Col>
      <Col xs={12} sm={7} lg={8}>
        <p className="mb-1">
          <Link to={`/category/${book.category}`}>
            {categories?.find(({ slug }) => slug === book.category)?.name ?? book.category}
          </Link>
        </p>
        <Heading text={book.title} />
        <p className="lead">
          {book.authors.length > 0
            ? t('book.by', { authors: book.authors.join(', ') })
            : t('book.unknownAuthor')}
        </p>
        <p className="d-flex gap-3 align-items-center">
          <span className="fs-4 fw-semibold">{formatMoney(book.price, i18n.language)}</span>
          <Stock left={left} />
        </p>
        {buy(book, left)}
        <p className="description">{book.description}</p>
        {book.rating && (
          <p className="text-body-secondary">
            {t('book.rating', {
              average: book.rating.average.toLocaleString(i18n.language),
              count: book.rating.count,
            })}
          </p>
        )}
        {book.year !== undefined && (
          <p className="text-body-secondary">{t('book.year', { year: book.year })}</p>
        )}
      </Col>
    </Row>
  );
}
