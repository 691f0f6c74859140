import { useTranslation } from 'react-i18next';
import { useTruthQuery } from '../../shared/api/api';
import { useAnsweringRegion } from '../../shared/region';

interface Place {
  name: string;
  bands: [string, string, string] | undefined;
}

/** Places by their name; a region of another name is shown by it. */
const PLACES: Record<string, Place> = {
  'eu-west-1': { name: 'Ireland', bands: ['#169b62', '#ffffff', '#ff883e'] },
  'ap-southeast-1': { name: 'Singapore', bands: undefined },
};

/** Drawn, for not every system has flags among its letters. */
function Flag({ region }: { region: string }) {
  const bands = PLACES[region]?.bands;
  if (bands)
    return (
      <svg className="flag" viewBox="0 0 24 16" aria-hidden="true">
        {bands.map((colour, index) => (
          <rect key={colour} x={index * 8} width="8" height="16" fill={colour} />
        ))}
      </svg>
    );
  if (region === 'ap-southeast-1')
    return (
      <svg className="flag" viewBox="0 0 24 16" aria-hidden="true">
        <rect width="24" height="16" fill="#ffffff" />
        <rect width="24" height="8" fill="#ef3340" />
        <circle cx="6" cy="4" r="3" fill="#ffffff" />
        <circle cx="7.2" cy="4" r="3" fill="#ef3340" />
        {[
          [8.2, 2.2],
          [9.8, 3.4],
          [9.2, 5.2],
          [7.2, 5.2],
          [6.6, 3.4],
        ].map(([x, y]) => (
          <circle key={`${String(x)}-${String(y)}`} cx={x} cy={y} r="0.55" fill="#ffffff" />
        ))}
      </svg>
    );
  return null;
}

/** The region that gave the last answer; asked for once, uncached, before there was any. */
export function RegionFlag() {
  const { t } = useTranslation();
  const { data } = useTruthQuery(undefined);
  const region = useAnsweringRegion() ?? data?.region;
  if (!region) return <span className="region">{t('region.unknown')}</span>;
  const name = PLACES[region]?.name ?? region;
  return (
    <span
      className="region"
      role="img"
      data-region={region}
      aria-label={t('region.served', { region: name })}
      title={t('region.served', { region: name })}
    >
      <Flag region={region} />
      <span className="region-name">{name}</span>
    </span>
  );
}
