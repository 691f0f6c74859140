import Alert from 'react-bootstrap/Alert';
import Button from 'react-bootstrap/Button';
import Spinner from 'react-bootstrap/Spinner';
import { useTranslation } from 'react-i18next';
import { isApiError, type ApiError } from '../api/problem';

export function Loading() {
  const { t } = useTranslation();
  return (
    <div className="text-center py-5" role="status">
      <Spinner animation="border" aria-hidden="true" />
      <p className="mt-2 text-body-secondary">{t('state.loading')}</p>
    </div>
  );
}

/** What went wrong, in words, and a way on. */
export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const known: ApiError | undefined = isApiError(error) ? error : undefined;
  const text =
    known && known.status !== 'unreachable'
      ? t('state.failed', { detail: known.problem.detail })
      : t('state.unreachable');
  return (
    <Alert variant="warning" role="alert">
      <p className="mb-0">{text}</p>
      {onRetry && (
        <Button variant="outline-dark" size="sm" className="mt-2" onClick={onRetry}>
          {t('state.retry')}
        </Button>
      )}
    </Alert>
  );
}

export function Empty({ text, children }: { text: string; children?: React.ReactNode }) {
  return (
    <div className="text-center py-5">
      <p className="lead">{text}</p>
      {children}
    </div>
  );
}
