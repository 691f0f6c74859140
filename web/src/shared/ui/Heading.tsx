import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, type Location } from 'react-router';

/** The state of an address that shows the same page in another way: the focus stays where it is. */
export const SAME_PAGE = { isSamePage: true };

/**
 * A page's name: heading, title of the window, and where one gets to by a link. The focus goes
 * there, so that a screen reader says it and the keyboard goes on from there.
 */
export function Heading({ text }: { text: string }) {
  const { t } = useTranslation();
  const { key, state } = useLocation() as Location<Partial<typeof SAME_PAGE> | null>;
  const isSamePage = state?.isSamePage === true;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const isFirstPage = key === 'default';
    if (!isFirstPage && !isSamePage) heading.current?.focus({ preventScroll: true });
  }, [key, isSamePage]);
  return (
    <>
      <title>{t('shop.page', { page: text })}</title>
      <h1 ref={heading} tabIndex={-1}>
        {text}
      </h1>
    </>
  );
}
