import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useBookQuery, useBooksQuery, type BookDetail } from '../../shared/api/api';
import { isApiError } from '../../shared/api/problem';
import { formatMoney } from '../../shared/format/money';
import { Cover } from '../../shared/ui/Cover';
import { Heading } from '../../shared/ui/Heading';
import { LinkButton } from '../../shared/ui/LinkButton';
import { Shelves } from '../../shared/ui/pictures';
import { Empty, Failed, Loading } from '../../shared/ui/states';
import { useCategory } from './categories';
import { Shelf } from './Shelf';

const FEW = 10;
const ON_A_SHELF = 10;

function Stock({ left }: { left: number }) {
  const { t } = useTranslation();
  if (left === 0) return <span className="stock stock-none">{t('book.none')}</span>;
  if (left <= FEW) return <span className="stock stock-few">{t('book.few', { count: left })}</span>;
  return <span className="stock stock-good">{t('book.inStock')}</span>;
}

function Facts({ book }: { book: BookDetail }) {
  const { t, i18n } = useTranslation();
  const languageOf = (tag: string) =>
    new Intl.DisplayNames([i18n.language], { type: 'language', fallback: 'code' }).of(tag) ?? tag;
  return (
    <dl className="facts">
      {book.year !== undefined && (
        <>
          <dt>{t('book.year')}</dt>
          <dd>{book.year < 0 ? t('book.bce', { year: -book.year }) : book.year}</dd>
        </>
      )}
      {book.language !== undefined && (
        <>
          <dt>{t('book.language')}</dt>
          <dd>{languageOf(book.language)}</dd>
        </>
      )}
      {book.isbn !== undefined && (
        <>
          <dt>ISBN</dt>
          <dd>{book.isbn}</dd>
        </>
      )}
      {book.rating && (
        <>
          <dt>{t('book.readers')}</dt>
          <dd>
            {t('book.rating', {
              average: book.rating.average.toLocaleString(i18n.language),
              count: book.rating.count,
            })}
          </dd>
        </>
      )}
    </dl>
  );
}

/** Books beside this one; nothing while there are none, or when they cannot be had. */
function Others({ of: book }: { of: BookDetail }) {
  const { t } = useTranslation();
  const { name } = useCategory(book.category);
  const author = book.authors[0] ?? '';
  const { data: byAuthor } = useBooksQuery(
    { author, limit: ON_A_SHELF + 1 },
    { skip: author === '' },
  );
  const { data: inCategory } = useBooksQuery({ category: book.category, limit: ON_A_SHELF * 2 });
  const others = byAuthor?.items.filter(({ id }) => id !== book.id) ?? [];
  const known = new Set([book.id, ...others.map(({ id }) => id)]);
  const further = inCategory?.items.filter(({ id }) => !known.has(id)).slice(0, ON_A_SHELF) ?? [];
  return (
    <>
      {others.length > 0 && (
        <Shelf
          title={t('book.moreBy', { author })}
          books={others.slice(0, ON_A_SHELF).map((other) => ({ book: other }))}
        />
      )}
      {further.length > 0 && (
        <Shelf
          title={t('book.moreIn', { category: name })}
          books={further.map((other) => ({ book: other }))}
          more={{ to: `/category/${book.category}`, text: t('home.allOf', { category: name }) }}
        />
      )}
    </>
  );
}

/** One book. `buy` is what the app puts beside the price. */
export function BookView({ buy }: { buy: (book: BookDetail, left: number) => ReactNode }) {
  const { t, i18n } = useTranslation();
  const { id = '' } = useParams();
  const { data: book, error, isLoading, refetch } = useBookQuery(id);
  const { name: category } = useCategory(book?.category ?? '');
  if (isLoading) return <Loading />;
  if (isApiError(error) && error.status === 404)
    return (
      <Empty picture={<Shelves />} isPage text={t('book.missing')}>
        <LinkButton to="/">{t('notFound.home')}</LinkButton>
      </Empty>
    );
  if (!book) return <Failed error={error} onRetry={() => void refetch()} />;
  const left = book.availability.reduce((sum, { quantity }) => sum + quantity, 0);
  return (
    <>
      <article className="book">
        <div className="book-cover">
          <div className="cover-frame">
            <Cover book={book} />
          </div>
        </div>
        <div className="book-words">
          <p className="book-category">
            <Link to={`/category/${book.category}`}>{category}</Link>
          </p>
          <Heading text={book.title} />
          <p className="book-by">
            {book.authors.length > 0
              ? t('book.by', { authors: book.authors.join(', ') })
              : t('book.unknownAuthor')}
          </p>
          <p className="book-price">
            <span className="price">{formatMoney(book.price, i18n.language)}</span>
            <Stock left={left} />
          </p>
          {buy(book, left)}
          <p className="description">{book.description}</p>
          <Facts book={book} />
        </div>
      </article>
      <Others of={book} />
    </>
  );
}
