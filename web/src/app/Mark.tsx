/** The shop's mark: a bookmark whose ends never close. */
export function Mark() {
  return (
    <svg viewBox="0 0 24 28" aria-hidden="true">
      <path d="M4 0h16a2 2 0 0 1 2 2v26l-10-7-10 7V2a2 2 0 0 1 2-2z" />
      <path
        d="M7.6 7.2c2.6 0 4.6 5.6 8.2 5.6a2.8 2.8 0 0 0 0-5.6c-3.6 0-5 5.6-8.2 5.6a2.8 2.8 0 0 1 0-5.6z"
        fill="none"
        stroke="var(--sheet)"
        strokeWidth="1.7"
      />
    </svg>
  );
}
