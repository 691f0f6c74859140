import { useTranslation } from 'react-i18next';
import { Heading } from '../shared/ui/Heading';
import { LinkButton } from '../shared/ui/LinkButton';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <div className="text-center py-5">
      <Heading text={t('notFound.title')} />
      <p>{t('notFound.lead')}</p>
      <LinkButton to="/">{t('notFound.home')}</LinkButton>
    </div>
  );
}
