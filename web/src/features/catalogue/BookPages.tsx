import { useEffect, useRef, useState } from 'react';
import Button from 'react-bootstrap/Button';
import { useTranslation } from 'react-i18next';
import { useBooksQuery, type Sort } from '../../shared/api/api';
import { LinkButton } from '../../shared/ui/LinkButton';
import { Empty, Failed, Loading } from '../../shared/ui/states';
import { BookCard } from './BookCard';

interface PageProps {
  category: string;
  sort: Sort;
  cursor: string | undefined;
  isLast: boolean;
  onMore: (next: string) => void;
}

function BookPage({ category, sort, cursor, isLast, onMore }: PageProps) {
  const { t } = useTranslation();
  const { data, error, isLoading, refetch } = useBooksQuery({
    category,
    sort,
    ...(cursor === undefined ? {} : { cursor }),
  });
  const first = useRef<HTMLLIElement>(null);
  const isFurther = cursor !== undefined && data !== undefined;
  useEffect(() => {
    // The button that brought these books is gone, and the focus with it.
    if (isFurther) first.current?.querySelector('a')?.focus();
  }, [isFurther]);
  if (isLoading)
    return (
      <li className="grid-wide">
        <Loading />
      </li>
    );
  if (error && !data)
    return (
      <li className="grid-wide">
        <Failed error={error} onRetry={() => void refetch()} />
      </li>
    );
  if (!data || (data.items.length === 0 && cursor === undefined))
    return (
      <li className="grid-wide">
        <Empty text={t('category.empty')}>
          <LinkButton to="/">{t('notFound.home')}</LinkButton>
        </Empty>
      </li>
    );
  const next = data.next;
  return (
    <>
      {data.items.map((book, index) => (
        <li key={book.id} ref={index === 0 ? first : null}>
          <BookCard book={book} heading="h2" />
        </li>
      ))}
      {isLast && next !== undefined && (
        <li className="grid-wide">
          <Button
            variant="outline-primary"
            onClick={() => {
              onMore(next);
            }}
          >
            {t('book.more')}
          </Button>
        </li>
      )}
    </>
  );
}

/** A category's books, a page at a time. Give it what it shows as its key, to begin anew with another. */
export function BookPages({ category, sort }: Pick<PageProps, 'category' | 'sort'>) {
  const [cursors, setCursors] = useState<(string | undefined)[]>([undefined]);
  return (
    <ul className="book-grid">
      {cursors.map((cursor, index) => (
        <BookPage
          key={cursor ?? 'first'}
          category={category}
          sort={sort}
          cursor={cursor}
          isLast={index === cursors.length - 1}
          onMore={(next) => {
            setCursors([...cursors, next]);
          }}
        />
      ))}
    </ul>
  );
}
