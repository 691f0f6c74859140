import Col from 'react-bootstrap/Col';
import Row from 'react-bootstrap/Row';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useBestSellersQuery, useCategoriesQuery } from '../../shared/api/api';
import { Heading } from '../../shared/ui/Heading';
import { Failed, Loading } from '../../shared/ui/states';
import { BookCard } from './BookCard';
import { BookPages } from './BookPages';

function Categories() {
  const { t } = useTranslation();
  const { data, error, isLoading, refetch } = useCategoriesQuery(undefined);
  if (isLoading) return <Loading />;
  if (!data) return <Failed error={error} onRetry={() => void refetch()} />;
  return (
    <ul className="list-unstyled d-flex flex-wrap gap-2">
      {data.map(({ slug, name, count }) => (
        <li key={slug}>
          <Link className="btn btn-outline-primary" to={`/category/${slug}`}>
            {name} <span className="small">{t('category.count', { count })}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

const SHOWN = 4;

function BestSellers() {
  const { t } = useTranslation();
  const { data, error, isLoading, refetch } = useBestSellersQuery(undefined);
  if (isLoading) return <Loading />;
  if (!data) return <Failed error={error} onRetry={() => void refetch()} />;
  if (data.length === 0) return <p className="text-body-secondary">{t('home.noSales')}</p>;
  return (
    <Row xs={2} md={3} lg={4} className="g-3">
      {data.slice(0, SHOWN).map(({ book, sold }) => (
        <Col key={book.id}>
          <BookCard book={book} heading="h3" note={t('home.sold', { count: sold })} />
        </Col>
      ))}
    </Row>
  );
}

export function Component() {
  const { t } = useTranslation();
  return (
    <>
      <header className="hero">
        <Heading text={t('home.title')} />
        <p className="lead mb-0">{t('home.lead')}</p>
      </header>
      <section aria-labelledby="categories">
        <h2 id="categories">{t('home.categories')}</h2>
        <Categories />
      </section>
      <section aria-labelledby="best-sellers">
        <h2 id="best-sellers">{t('home.bestSellers')}</h2>
        <BestSellers />
      </section>
      <section aria-labelledby="books">
        <h2 id="books">{t('home.books')}</h2>
        <BookPages heading="h3" />
      </section>
    </>
  );
}
