import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { CategoryArt } from '../../shared/covers/CategoryArt';
import { Heading } from '../../shared/ui/Heading';
import { BookPages } from './BookPages';
import { useCategory } from './categories';
import { SortChoice, useSort } from './SortChoice';

export function Component() {
  const { t } = useTranslation();
  const { slug = '' } = useParams();
  const { name, count } = useCategory(slug);
  const [sort, setSort] = useSort();
  return (
    <>
      <header className="category-hero">
        <CategoryArt slug={slug} />
        <div className="category-hero-words">
          <Heading text={name} />
          <p>{count === undefined ? '\u00a0' : t('category.count', { count })}</p>
        </div>
      </header>
      <SortChoice sort={sort} onChange={setSort} />
      <BookPages key={`${slug} ${sort}`} category={slug} sort={sort} />
    </>
  );
}
