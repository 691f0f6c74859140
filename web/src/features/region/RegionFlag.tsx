import { useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { useTruthQuery } from '../../shared/api/api';
import { meet } from '../../shared/regions';
import { Flag } from './Flag';

/**
 * The region that answers now: asked for uncached on every page, and when a region has failed. It
 * opens a note on what it means.
 */
export function RegionFlag() {
  const { t } = useTranslation();
  const { key } = useLocation();
  const note = useId();
  const details = useRef<HTMLDetailsElement>(null);
  const { data, isError, refetch } = useTruthQuery(undefined);
  useEffect(() => {
    void refetch();
    if (details.current) details.current.open = false;
  }, [key, refetch]);
  useEffect(() => {
    if (data) meet(data.region, data.title);
  }, [data]);
  if (!data || isError)
    return (
      <span className="region">
        <span className="flag flag-none" aria-hidden="true" />
        <span className="region-name">{t('region.unknown')}</span>
      </span>
    );
  const { region, title, flag } = data;
  return (
    <details
      ref={details}
      className="region-details"
      onKeyDown={({ key: pressed, currentTarget }) => {
        if (pressed === 'Escape') currentTarget.open = false;
      }}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) currentTarget.open = false;
      }}
    >
      <summary
        className="region"
        data-region={region}
        aria-label={t('region.served', { region: title })}
        aria-describedby={note}
      >
        <Flag code={flag} />
        <span className="region-name">{title}</span>
      </summary>
      <p id={note} className="region-note">
        {t('region.note', { region: title })}
      </p>
    </details>
  );
}
