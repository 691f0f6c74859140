import { useTranslation } from 'react-i18next';
import { useCategoriesQuery, type Category } from '../../shared/api/api';

/** A category's name in the buyer's language; the shop's own where the catalogue has none for it. */
export function useCategoryName(): (category: Pick<Category, 'slug' | 'name'>) => string {
  const { t } = useTranslation();
  return ({ slug, name }) => t(`categories.${slug}`, { defaultValue: name });
}

/** Its name and how many books it has, once the list of categories is there. */
export function useCategory(slug: string): { name: string; count: number | undefined } {
  const { data } = useCategoriesQuery(undefined);
  const nameOf = useCategoryName();
  const category = data?.find((one) => one.slug === slug);
  return { name: nameOf(category ?? { slug, name: slug }), count: category?.count };
}
