import { Link, type LinkProps } from 'react-router';

/** A link that looks like a button. */
export function LinkButton({
  className,
  variant = 'primary',
  ...props
}: LinkProps & { variant?: string }) {
  return <Link className={`btn btn-${variant} ${className ?? ''}`} {...props} />;
}
