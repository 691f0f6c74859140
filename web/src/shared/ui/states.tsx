import Button from 'react-bootstrap/Button';
import Spinner from 'react-bootstrap/Spinner';
import { useTranslation } from 'react-i18next';
import { isApiError, isOutcomeUnknown, slugOf } from '../api/problem';
import { titleOf } from '../regions';
import { Heading } from './Heading';
import { Notice } from './Notice';

export function Loading({ text }: { text?: string }) {
  const { t } = useTranslation();
  return (
    <div className="loading" role="status">
      <Spinner animation="border" aria-hidden="true" />
      <p>{text ?? t('state.loading')}</p>
    </div>
  );
}

/** A problem of the API in the shop's words; in the server's, when the shop has none for it. */
export function useProblemText(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    if (!isApiError(error) || error.status === 'unreachable')
      return navigator.onLine ? t('state.unreachable') : t('state.offline');
    const detail = t('state.failed', { detail: error.problem.detail });
    return t(`problem.${slugOf(error)}`, { defaultValue: detail });
  };
}

interface FailedProps {
  error: unknown;
  onRetry?: () => void;
  /** Whether it may have been done all the same. */
  isWrite?: boolean;
}

/** What went wrong, in words, and a way on. */
export function Failed({ error, onRetry, isWrite = false }: FailedProps) {
  const { t } = useTranslation();
  const textOf = useProblemText();
  const isOpen = isWrite && isApiError(error) && isOutcomeUnknown(error);
  return (
    <Notice kind="warning" role="alert">
      <p>
        {textOf(error)} {isOpen && t('state.unknown')}
      </p>
      {onRetry && (
        <Button variant="outline-secondary" size="sm" onClick={onRetry}>
          {t('state.retry')}
        </Button>
      )}
    </Notice>
  );
}

/** Says it when an answer, or a refusal, is older than what this buyer has seen. */
export function Stale({ of: answer }: { of: object | undefined }) {
  const { t, i18n } = useTranslation();
  const stale = answer && 'stale' in answer && Array.isArray(answer.stale) ? answer.stale : [];
  if (stale.length === 0) return null;
  const names = stale.map((region) => titleOf(String(region)));
  const regions = new Intl.ListFormat(i18n.language).format(names);
  return (
    <Notice kind="info" role="status">
      {t('state.stale', { regions })}
    </Notice>
  );
}

interface EmptyProps {
  text: string;
  /** Whether that is all of the page, and its name. */
  isPage?: boolean;
  picture?: React.ReactNode;
  children?: React.ReactNode;
}

export function Empty({ text, isPage = false, picture, children }: EmptyProps) {
  return (
    <div className="empty">
      {picture}
      {isPage ? <Heading text={text} /> : <p className="lead">{text}</p>}
      {children}
    </div>
  );
}
