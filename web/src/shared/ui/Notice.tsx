interface NoticeProps {
  /** What a buyer should look at, or merely know. */
  kind: 'warning' | 'info';
  role?: 'alert' | 'status';
  children: React.ReactNode;
}

/** Bootstrap's alert by its classes: the component would bring its way of fading along. */
export function Notice({ kind, role, children }: NoticeProps) {
  return (
    <div className={`alert alert-${kind}`} role={role}>
      {children}
    </div>
  );
}
