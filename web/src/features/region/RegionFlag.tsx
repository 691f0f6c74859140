import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { useTruthQuery } from '../../shared/api/api';
import { meet } from '../../shared/regions';
import { Flag } from './Flag';

/** The region that answers now: asked for uncached on every page, and when a region has failed. */
export function RegionFlag() {
  const { t } = useTranslation();
  const { key } = useLocation();
  const { data, isError, refetch } = useTruthQuery(undefined);
  useEffect(() => {
    void refetch();
  }, [key, refetch]);
  useEffect(() => {
    if (data) meet(data.region, data.title);
  }, [data]);
  if (!data || isError) return <span className="region">{t('region.unknown')}</span>;
  const { region, title, flag } = data;
  const served = t('region.served', { region: title });
  return (
    <span className="region" role="img" data-region={region} aria-label={served} title={served}>
      <Flag code={flag} />
      <span className="region-name">{title}</span>
    </span>
  );
}
