import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import {
  useBestSellersQuery,
  useBooksQuery,
  useCategoriesQuery,
  type Category,
} from '../../shared/api/api';
import { CategoryArt } from '../../shared/covers/CategoryArt';
import { Heading } from '../../shared/ui/Heading';
import { Failed } from '../../shared/ui/states';
import { useCategory, useCategoryName } from './categories';
import { HeroCovers } from './HeroCovers';
import { Shelf, ShelfToCome } from './Shelf';

// What a page shows of answers is deferred: many covers are drawn in pauses between touches.
const ON_A_SHELF = 10;
const DAY_MS = 24 * 60 * 60 * 1000;

function Categories() {
  const { t } = useTranslation();
  const nameOf = useCategoryName();
  const { data: categories, error, refetch } = useCategoriesQuery(undefined);
  const data = useDeferredValue(categories);
  return (
    <section aria-labelledby="categories">
      <div className="shelf-head">
        <h2 id="categories">{t('home.categories')}</h2>
      </div>
      {error && !data && <Failed error={error} onRetry={() => void refetch()} />}
      <ul className="tiles" aria-busy={!data && !error}>
        {data?.map((category) => (
          <li key={category.slug}>
            <Link className="tile" to={`/category/${category.slug}`}>
              <CategoryArt slug={category.slug} />
              <span className="tile-name">{nameOf(category)}</span>
              <span className="tile-count">{t('category.count', { count: category.count })}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function BestSellers() {
  const { t } = useTranslation();
  const { data: bestSellers, error, refetch } = useBestSellersQuery(undefined);
  const data = useDeferredValue(bestSellers);
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <ShelfToCome title={t('home.bestSellers')} />;
  return (
    <Shelf
      title={t('home.bestSellers')}
      books={data.slice(0, ON_A_SHELF).map(({ book, sold }) => ({
        book,
        note: t('home.sold', { count: sold }),
      }))}
      {...(data.length > 0 && { more: { to: '/best-sellers', text: t('home.allBestSellers') } })}
      empty={<p className="soft">{t('home.noSales')}</p>}
    />
  );
}

/** Another category each day, the same for everybody. */
function OfTheDay({ categories }: { categories: Category[] }) {
  const { t } = useTranslation();
  const [today] = useState(() => Math.floor(Date.now() / DAY_MS));
  const slug = categories[today % categories.length]?.slug ?? '';
  const { name } = useCategory(slug);
  const { data: books, error, refetch } = useBooksQuery({ category: slug, limit: ON_A_SHELF });
  const data = useDeferredValue(books);
  const title = t('home.ofTheDay', { category: name });
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />;
  if (!data) return <ShelfToCome title={title} />;
  return (
    <Shelf
      title={title}
      books={data.items.map((book) => ({ book }))}
      more={{ to: `/category/${slug}`, text: t('home.allOf', { category: name }) }}
    />
  );
}

export function Component() {
  const { t } = useTranslation();
  const { data: categories } = useCategoriesQuery(undefined);
  return (
    <>
      <div className="hero">
        <div className="hero-words">
          <Heading text={t('home.title')} />
          <p className="hero-lead">{t('home.lead')}</p>
        </div>
        <HeroCovers />
      </div>
      <Categories />
      <BestSellers />
      {categories && categories.length > 0 && <OfTheDay categories={categories} />}
    </>
  );
}
