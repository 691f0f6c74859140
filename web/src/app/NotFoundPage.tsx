import { useTranslation } from 'react-i18next';
import { Heading } from '../shared/ui/Heading';
import { LinkButton } from '../shared/ui/LinkButton';
import { Shelves } from '../shared/ui/pictures';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <div className="empty">
      <Shelves />
      <Heading text={t('notFound.title')} />
      <p className="lead">{t('notFound.lead')}</p>
      <LinkButton to="/">{t('notFound.home')}</LinkButton>
    </div>
  );
}
