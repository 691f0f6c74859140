import { useEffect, useRef, useState } from 'react';
import Button from 'react-bootstrap/Button';
import Col from 'react-bootstrap/Col';
import Row from 'react-bootstrap/Row';
import { useTranslation } from 'react-i18next';
import { useBooksQuery } from '../../shared/api/api';
import { Empty, Failed, Loading } from '../../shared/ui/states';
import { BookCard } from './BookCard';

interface PageProps {
  heading: 'h2' | 'h3';
  category: string | undefined;
  cursor: string | undefined;
  isLast: boolean;
  onMore: (next: string) => void;
}

function BookPage({ heading, category, cursor, isLast, onMore }: PageProps) {
  const { t } = useTranslation();
  const { data, error, isLoading, refetch } = useBooksQuery({
    ...(category === undefined ? {} : { category }),
    ...(cursor === undefined ? {} : { cursor }),
  });
  const first = useRef<HTMLDivElement>(null);
  const isFurther = cursor !== undefined && data !== undefined;
  useEffect(() => {
    // The button that brought these books is gone, and the focus with it.
    if (isFurther) first.current?.querySelector('a')?.focus();
  }, [isFurther]);
  if (isLoading) return <Loading />;
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data || (data.items.length === 0 && cursor === undefined))
    return <Empty text={t('category.empty')} />;
  const next = data.next;
  return (
    <>
      {data.items.map((book, index) => (
        <Col key={book.id} ref={index === 0 ? first : null}>
          <BookCard book={book} heading={heading} />
        </Col>
      ))}
      {isLast && next !== undefined && (
        <div className="w-100 text-center">
          <Button
            variant="outline-primary"
            onClick={() => {
              onMore(next);
            }}
          >
            {t('book.more')}
          </Button>
        </div>
      )}
    </>
  );
}

/** Books by title, a page at a time. Give it the category as its key, to begin anew with another. */
export function BookPages({
  category,
  heading,
}: Pick<PageProps, 'heading'> & { category?: string }) {
  const [cursors, setCursors] = useState<(string | undefined)[]>([undefined]);
  return (
    <Row xs={2} md={3} lg={4} className="g-3">
      {cursors.map((cursor, index) => (
        <BookPage
          key={cursor ?? 'first'}
          heading={heading}
          category={category}
          cursor={cursor}
          isLast={index === cursors.length - 1}
          onMore={(next) => {
            setCursors([...cursors, next]);
          }}
        />
      ))}
    </Row>
  );
}
