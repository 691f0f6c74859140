import { useEffect, useLayoutEffect } from 'react';
import { useLocation, useNavigationType } from 'react-router';
import { keep, recall } from '../shared/storage';

const NAME = 'perpetua.scroll';
const KEPT_MAX = 50;

/** How far down one was, by the key of the entry in the browser's history; the latest last. */
const positions = new Map(Object.entries((recall('sessionStorage', NAME) ?? {}) as object));

/** A new page begins at its top; going back comes to where one was, after a reload too. */
export function useScroll(): void {
  const { key, pathname, hash } = useLocation();
  const how = useNavigationType();

  useEffect(() => {
    history.scrollRestoration = 'manual'; // the browser would restore before the page is drawn
    const leave = () => {
      keep('sessionStorage', NAME, Object.fromEntries([...positions].slice(-KEPT_MAX)));
    };
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
    };
  }, []);

  useLayoutEffect(() => {
    if (hash) return;
    const before: unknown = how === 'POP' ? positions.get(key) : 0;
    window.scrollTo({ top: typeof before === 'number' ? before : 0, behavior: 'instant' });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- another sort of a page is the same page
  }, [pathname]);

  useEffect(() => {
    const remember = () => {
      positions.delete(key);
      positions.set(key, window.scrollY);
    };
    window.addEventListener('scroll', remember, { passive: true });
    return () => {
      window.removeEventListener('scroll', remember);
    };
  }, [key]);
}
