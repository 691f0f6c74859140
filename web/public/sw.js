/**
 * Keeps the storefront's own files, so that a page opens without a network too and can say so. It
 * answers nothing for the API: what a region says is never older than the region.
 */
const VERSION = /^perpetua-/;
const PAGE = '/';
const GATEWAY_FAILURES = [502, 503, 504];

/** The scripts and styles of the build that is served now, and a name that changes with them. */
async function filesServed() {
  const text = await (await fetch('/manifest.json', { cache: 'no-store' })).text();
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const name = [...new Uint8Array(bytes.slice(0, 8))].map((byte) => byte.toString(16)).join('');
  const files = Object.values(JSON.parse(text)).flatMap(({ file, css = [] }) => [file, ...css]);
  const wanted = files.filter((file) => /\.(js|css)$/.test(file)).map((file) => `/${file}`);
  return { name: `perpetua-${name}`, files: [PAGE, ...new Set(wanted)] };
}

async function keepFiles() {
  const { name, files } = await filesServed();
  const cache = await caches.open(name);
  await cache.addAll(files);
  for (const other of await caches.keys())
    if (VERSION.test(other) && other !== name) await caches.delete(other);
}

/** The page as it is served; as it was kept, when nobody serves it. */
async function openPage(request) {
  try {
    const response = await fetch(request);
    if (!GATEWAY_FAILURES.includes(response.status)) return response;
    return (await caches.match(PAGE)) ?? response;
  } catch (error) {
    const kept = await caches.match(PAGE);
    if (!kept) throw error;
    return kept;
  }
}

const openFile = async (request) => (await caches.match(request)) ?? fetch(request);

addEventListener('install', (event) => {
  event.waitUntil(keepFiles());
  skipWaiting();
});

addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate') event.respondWith(openPage(request));
  else if (pathname.startsWith('/assets/')) event.respondWith(openFile(request));
});

// A new build has new names: its files are kept when a page of it asks.
addEventListener('message', (event) => {
  if (event.data === 'keep') event.waitUntil(keepFiles());
});
