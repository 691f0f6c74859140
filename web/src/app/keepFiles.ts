/** Has the service worker (public/sw.js) keep the files of this build, once the page has time. */
export function keepFiles(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const begin = async () => {
    try {
      const { active } = await navigator.serviceWorker.register('/sw.js');
      active?.postMessage('keep');
    } catch {
      // A browser that forbids it goes without.
    }
  };
  const whenIdle = window.requestIdleCallback as typeof requestIdleCallback | undefined;
  if (whenIdle) whenIdle(() => void begin(), { timeout: 10_000 });
  else setTimeout(() => void begin(), 3_000); // Safari
}
