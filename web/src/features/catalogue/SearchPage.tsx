import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { useSearchQuery } from '../../shared/api/api';
import { Heading } from '../../shared/ui/Heading';
import { LinkButton } from '../../shared/ui/LinkButton';
import { Shelves } from '../../shared/ui/pictures';
import { Empty, Failed, Loading } from '../../shared/ui/states';
import { BookCard } from './BookCard';
import { queryOf } from './SearchBox';

const SHOWN_MAX = 60;

function Found({ q }: { q: string }) {
  const { t } = useTranslation();
  const { data, error, isLoading, refetch } = useSearchQuery({ q, limit: SHOWN_MAX });
  if (isLoading) return <Loading />;
  if (!data) return <Failed error={error} onRetry={() => void refetch()} />;
  if (data.total === 0)
    return (
      <Empty picture={<Shelves />} text={t('search.nothing', { q })}>
        <p>{t('search.hint')}</p>
        <LinkButton to="/">{t('notFound.home')}</LinkButton>
      </Empty>
    );
  return (
    <>
      <p className="soft page-lead" role="status">
        {t('search.found', { count: data.total })}
        {data.total > data.items.length && ' ' + t('search.shown', { count: data.items.length })}
      </p>
      <ul className="book-grid">
        {data.items.map((book) => (
          <li key={book.id}>
            <BookCard book={book} heading="h2" />
          </li>
        ))}
      </ul>
    </>
  );
}

export function Component() {
  const { t } = useTranslation();
  const q = queryOf(useLocation());
  return (
    <>
      <Heading text={q ? t('search.title', { q }) : t('search.label')} />
      {q ? <Found key={q} q={q} /> : <Empty picture={<Shelves />} text={t('search.hint')} />}
    </>
  );
}
