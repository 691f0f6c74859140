import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useBestSellersQuery } from '../../shared/api/api';
import { formatMoney } from '../../shared/format/money';
import { Cover } from '../../shared/ui/Cover';
import { Heading } from '../../shared/ui/Heading';
import { LinkButton } from '../../shared/ui/LinkButton';
import { Empty, Failed, Loading } from '../../shared/ui/states';

export function Component() {
  const { t, i18n } = useTranslation();
  const { data, error, isLoading, refetch } = useBestSellersQuery(undefined, {
    refetchOnMountOrArgChange: true,
  });
  return (
    <>
      <Heading text={t('home.bestSellers')} />
      <p className="soft page-lead">{t('bestSellers.lead')}</p>
      {isLoading && <Loading />}
      {error && !data && <Failed error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && (
        <Empty text={t('home.noSales')}>
          <LinkButton to="/">{t('notFound.home')}</LinkButton>
        </Empty>
      )}
      <ol className="ranks">
        {data?.map(({ book, sold }, index) => (
          <li key={book.id} className="rank">
            <span className="rank-number" aria-hidden="true">
              {index + 1}
            </span>
            <div className="cover-frame">
              <Cover book={book} />
            </div>
            <div>
              <h2 className="rank-title">
                <Link className="stretched-link" to={`/books/${book.id}`}>
                  {book.title}
                </Link>
              </h2>
              <p className="soft">{book.authors.join(', ') || t('book.unknownAuthor')}</p>
              <p className="small">
                <span className="price">{formatMoney(book.price, i18n.language)}</span>
                <span className="soft"> · {t('home.sold', { count: sold })}</span>
              </p>
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}
