import { useTranslation } from 'react-i18next';
import { LinkButton } from '../shared/ui/LinkButton';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <div className="text-center py-5">
      <h1>{t('notFound.title')}</h1>
      <p>{t('notFound.lead')}</p>
      <LinkButton to="/">{t('notFound.home')}</LinkButton>
    </div>
  );
}
