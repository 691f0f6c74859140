type Area = 'localStorage' | 'sessionStorage';

/** What could not be stored, because the browser forbids it or has no room: kept for this page. */
const unstored = new Map<string, unknown>();

/** What is kept under a name, or null; anybody may have written it, so look at it. */
export function recall(area: Area, name: string): unknown {
  if (unstored.has(name)) return unstored.get(name);
  try {
    return JSON.parse(window[area].getItem(name) ?? 'null');
  } catch {
    return null;
  }
}

/** Keeps a value that is JSON; null forgets it. */
export function keep(area: Area, name: string, value: unknown): void {
  unstored.delete(name);
  try {
    if (value === null) window[area].removeItem(name);
    else window[area].setItem(name, JSON.stringify(value));
  } catch {
    unstored.set(name, value);
  }
}
