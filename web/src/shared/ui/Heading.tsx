import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';

/**
 * A page's name: heading, title of the window, and where one gets to by a link. The focus goes
 * there, so that a screen reader says it and the keyboard goes on from there.
 */
export function Heading({ text }: { text: string }) {
  const { t } = useTranslation();
  const { key } = useLocation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const isFirstPage = key === 'default';
    if (!isFirstPage) heading.current?.focus({ preventScroll: true });
  }, [key]);
  return (
    <>
      <title>{t('shop.page', { page: text })}</title>
      <h1 ref={heading} tabIndex={-1}>
        {text}
      </h1>
    </>
  );
}
