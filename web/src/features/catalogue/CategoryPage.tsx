import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useCategoriesQuery } from '../../shared/api/api';
import { Heading } from '../../shared/ui/Heading';
import { BookPages } from './BookPages';

export function Component() {
  const { t } = useTranslation();
  const { slug = '' } = useParams();
  const { data } = useCategoriesQuery(undefined);
  const category = data?.find((one) => one.slug === slug);
  return (
    <>
      <Heading text={category?.name ?? slug} />
      {category && (
        <p className="text-body-secondary">{t('category.count', { count: category.count })}</p>
      )}
      <BookPages key={slug} category={slug} heading="h2" />
    </>
  );
}
