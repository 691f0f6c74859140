/** Drawn, for not every system has flags among its letters. */
const DRAWN: Record<string, React.ReactNode> = {
  IE: (
    <>
      <rect width="8" height="16" fill="#169b62" />
      <rect x="8" width="8" height="16" fill="#ffffff" />
      <rect x="16" width="8" height="16" fill="#ff883e" />
    </>
  ),
  SG: (
    <>
      <rect width="24" height="16" fill="#ffffff" />
      <rect width="24" height="8" fill="#ef3340" />
      <circle cx="6" cy="4" r="3" fill="#ffffff" />
      <circle cx="7.2" cy="4" r="3" fill="#ef3340" />
      <circle cx="8.2" cy="2.2" r="0.55" fill="#ffffff" />
      <circle cx="9.8" cy="3.4" r="0.55" fill="#ffffff" />
      <circle cx="9.2" cy="5.2" r="0.55" fill="#ffffff" />
      <circle cx="7.2" cy="5.2" r="0.55" fill="#ffffff" />
      <circle cx="6.6" cy="3.4" r="0.55" fill="#ffffff" />
    </>
  ),
};

const REGIONAL_INDICATOR_A = 0x1f1e6;

/** A country's flag by its ISO 3166-1 alpha-2 code; in letters that become one where it is not drawn. */
export function Flag({ code }: { code: string }) {
  const drawing = DRAWN[code];
  if (drawing)
    return (
      <svg className="flag" viewBox="0 0 24 16" aria-hidden="true">
        {drawing}
      </svg>
    );
  const letters = [...code].map(
    (letter) => REGIONAL_INDICATOR_A + letter.charCodeAt(0) - 'A'.charCodeAt(0),
  );
  return (
    <span className="flag-letters" aria-hidden="true">
      {String.fromCodePoint(...letters)}
    </span>
  );
}
