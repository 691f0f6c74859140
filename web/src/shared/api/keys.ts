import { keep, recall } from '../storage';

/**
 * The keys of writes of which nobody knows whether they were carried out: when the buyer does the
 * same again it is the same write, and must not count twice. Any other write on the same subject
 * ends that, for the buyer has gone on from there. Kept over reloads of the tab.
 */
const NAME = 'perpetua.writes';

interface Write {
  content: string;
  key: string;
}

const open = (): Record<string, Write> =>
  (recall('sessionStorage', NAME) ?? {}) as Record<string, Write>;

export const newIdempotencyKey = (): string => {
  // crypto.randomUUID is there on secure origins only.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
};

export function keyFor(subject: string, content: string): string {
  const last = open()[subject];
  return last?.content === content ? last.key : newIdempotencyKey();
}

export function writeEnded(subject: string, write: Write, isOutcomeUnknown: boolean): void {
  const writes = new Map(Object.entries(open()));
  writes.delete(subject);
  if (isOutcomeUnknown) writes.set(subject, write);
  keep('sessionStorage', NAME, Object.fromEntries(writes));
}
