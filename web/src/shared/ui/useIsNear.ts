import { startTransition, useEffect, useState, type RefObject } from 'react';

/** From how far below the window, so that what one pushes to is there. */
const MARGIN = '300px';

/**
 * Whether an element is, or was, near what is seen. Told in a transition: much may come near at once,
 * and a touch goes before. Where nobody can tell, everything is near.
 */
export function useIsNear(element: RefObject<Element | null>): boolean {
  const [isNear, setIsNear] = useState(() => !('IntersectionObserver' in globalThis));
  useEffect(() => {
    if (isNear || !element.current) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting))
          startTransition(() => {
            setIsNear(true);
          });
      },
      { rootMargin: MARGIN },
    );
    observer.observe(element.current);
    return () => {
      observer.disconnect();
    };
  }, [element, isNear]);
  return isNear;
}
