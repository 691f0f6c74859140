/** Small drawings for pages with nothing to show; they follow the theme. */

function Picture({ children }: { children: React.ReactNode }) {
  return (
    <svg viewBox="0 0 140 90" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

/** A shelf with a gap in it. */
export function Shelves() {
  return (
    <Picture>
      <path d="M8 80h124v5H8z" fill="var(--ink-soft)" />
      <path d="M18 22h14v58H18z" fill="var(--accent)" />
      <path d="M34 32h11v48H34z" fill="var(--point)" />
      <path d="M47 18h9v62h-9z" fill="var(--ink-soft)" />
      <path d="M92 28h12v52H92z" fill="var(--accent)" />
      <path d="m107 79 13-50 10 2.600-13 50z" fill="var(--point)" />
      <path d="M60 80V24m28 56V24" stroke="var(--line)" strokeDasharray="3 5" fill="none" />
      <path d="M20 30h10M20 34h10M94 36h8m-8 4h8" stroke="var(--sheet)" />
    </Picture>
  );
}

/** An open bag. */
export function Bag() {
  return (
    <Picture>
      <path
        d="M38 32h64l7 53H31z"
        fill="var(--accent-wash)"
        stroke="var(--accent)"
        strokeWidth="2"
      />
      <path
        d="M54 42V26a16 16 0 0 1 32 0v16"
        fill="none"
        stroke="var(--accent)"
        strokeWidth="3"
        strokeLinecap="round"
      />
      <path d="M56 60c6 9 22 9 28 0" fill="none" stroke="var(--point)" strokeWidth="3" />
    </Picture>
  );
}

/** A receipt. */
export function Receipt() {
  return (
    <Picture>
      <path
        d="M44 8h52v76l-6.500-6-6.500 6-6.500-6-6.500 6-6.500-6-6.500 6-6.500-6-6.500 6z"
        fill="var(--sheet)"
        stroke="var(--ink-soft)"
        strokeWidth="2"
      />
      <path d="M54 24h32M54 36h22M54 48h28" stroke="var(--line)" strokeWidth="4" />
      <circle cx="92" cy="60" r="15" fill="var(--accent)" />
      <path d="m85 60 5 6 9-11" fill="none" stroke="var(--on-accent)" strokeWidth="3" />
    </Picture>
  );
}
