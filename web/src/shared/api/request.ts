import { takeEarly, TIMEOUT_MS } from './early';
import { keyFor, writeEnded } from './keys';
import { positions } from './positions';
import { isOutcomeUnknown, isTransient, type ApiError, type ProblemBody } from './problem';
import type { paths } from './schema';
import { hasSession, sessionBegan } from './session';
import { Turns } from './turns';

export interface Request {
  /** As the contract has it; `id` stands in for what is in braces. */
  path: keyof paths;
  id?: string;
  query?: Record<string, string | undefined>;
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  body?: unknown;
  ifMatch?: string;
  /** One for each thing that the buyer does; the same for all of its retries. */
  idempotencyKey?: string;
  /**
   * What a write on the cart is about. It gets its key here, and a session when there is none. An
   * order must not: sent again in another session it would be another order.
   */
  subject?: string;
  /** As the region has it now, not as the browser has kept it. */
  isFresh?: boolean;
  /** Answers for this buyer alone: sends and takes positions. */
  isPrivate?: boolean;
}

export interface Answer {
  body: unknown;
  /** The region that gave it. */
  region: string | null;
  etag: string | null;
  next: string | undefined;
  /** The regions whose latest writes that this buyer has seen are not in it. */
  stale: string[];
}

export type Outcome = { data: Answer } | { error: ApiError };

const RETRY_AFTER_MS_MAX = 2_000;
/** Waits before the second, third, ... try: regions change hands within a blink. */
export const RETRY_DELAYS_MS = [100, 300, 900];
/**
 * Each request under way may bring a position, which the next one has to carry. As many connections
 * as browsers open to one host.
 */
export const PRIVATE_MAX = 6;
const turns = new Turns(PRIVATE_MAX);

/** Asks, again where that is harmless; begins a session when a write on the cart needs one. */
export async function send(request: Request): Promise<Outcome> {
  if (!request.isPrivate) return sendWithRetries(request);
  return turns.take(() =>
    request.subject === undefined ? sendWithRetries(request) : sendOnCart(request, request.subject),
  );
}

async function sendOnCart(request: Request, subject: string): Promise<Outcome> {
  const content = `${request.method ?? 'GET'} ${JSON.stringify(request.body ?? null)}`;
  const key = keyFor(subject, content);
  const outcome = await sendInSession({ ...request, idempotencyKey: key });
  const isOpen = 'error' in outcome && isOutcomeUnknown(outcome.error);
  writeEnded(subject, { content, key }, isOpen);
  return outcome;
}

async function sendInSession(request: Request): Promise<Outcome> {
  if (!hasSession()) {
    const began = await beginSession();
    if ('error' in began) return began;
  }
  const outcome = await sendWithRetries(request);
  if (!('error' in outcome) || outcome.error.status !== 401) return outcome;
  const began = await beginSession();
  return 'error' in began ? began : sendWithRetries(request);
}

let beginning: Promise<Outcome> | undefined;

/**
 * One at a time, over all tabs: of two sessions begun at once, the second would hide what was done
 * in the first. One that is there already is answered again.
 */
async function beginSession(): Promise<Outcome> {
  beginning ??= alone(async () => {
    const outcome = await sendWithRetries({ path: '/session', method: 'POST', body: {} });
    if ('data' in outcome) sessionBegan();
    return outcome;
  });
  try {
    return await beginning;
  } finally {
    beginning = undefined;
  }
}

/** Locks are there on secure origins only. */
const alone = async <T>(work: () => Promise<T>): Promise<T> =>
  'locks' in navigator ? await navigator.locks.request('perpetua.session', work) : work();

/** Beginning a session writes nothing, so it may be repeated without a key. */
const mayRetry = ({ method = 'GET', idempotencyKey, path }: Request): boolean =>
  method === 'GET' || idempotencyKey !== undefined || path === '/session';

async function sendWithRetries(request: Request): Promise<Outcome> {
  let { outcome, retryAfterMs } = await sendOnce(request);
  for (const delay of RETRY_DELAYS_MS) {
    if (!('error' in outcome) || !isTransient(outcome.error) || !mayRetry(request)) break;
    // Spread out, so that not all who were cut off come back at once.
    const waitMs = Math.max(delay, retryAfterMs) * (1 + Math.random() / 2);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    ({ outcome, retryAfterMs } = await sendOnce(request));
  }
  return outcome;
}

function addressOf({ path, id = '', query = {} }: Request): string {
  const given = Object.entries(query).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const search = given.length === 0 ? '' : '?' + new URLSearchParams(given).toString();
  return '/api' + path.replace(/\{\w+\}/, encodeURIComponent(id)) + search;
}

async function sendOnce(request: Request): Promise<{ outcome: Outcome; retryAfterMs: number }> {
  const headers = new Headers();
  if (request.body !== undefined) headers.set('Content-Type', 'application/json');
  if (request.idempotencyKey) headers.set('Idempotency-Key', request.idempotencyKey);
  if (request.ifMatch) headers.set('If-Match', request.ifMatch);
  const sent = request.isPrivate ? positions.header() : undefined;
  if (sent) headers.set('Perpetua-Position', sent);
  const init: RequestInit = {
    method: request.method ?? 'GET',
    headers,
    credentials: 'same-origin',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  if (request.isFresh) init.cache = 'no-cache';
  if (request.body !== undefined) init.body = JSON.stringify(request.body);
  try {
    const address = addressOf(request);
    const early = init.method === 'GET' && !request.isPrivate ? takeEarly(address) : undefined;
    const response = await (early ?? fetch(address, init));
    if (request.isPrivate) positions.answered(sent, response.headers.get('Perpetua-Position'));
    const retryAfterMs = Number(response.headers.get('Retry-After')) * 1000 || 0;
    return {
      outcome: await read(response),
      retryAfterMs: Math.min(retryAfterMs, RETRY_AFTER_MS_MAX),
    };
  } catch {
    // No answer, or one that broke off: nobody knows what became of the request.
    return { outcome: { error: { status: 'unreachable' } }, retryAfterMs: 0 };
  }
}

async function read(response: Response): Promise<Outcome> {
  const stale = response.headers.get('Perpetua-Stale')?.split(/,\s*/) ?? [];
  if (!response.ok)
    return { error: { status: response.status, problem: await problemOf(response), stale } };
  const body: unknown = await response.json();
  const next = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('Link') ?? '')?.[1];
  const cursor = next ? new URL(next, 'http://shop').searchParams.get('cursor') : null;
  const region = response.headers.get('Perpetua-Region');
  return {
    data: { body, region, etag: response.headers.get('ETag'), next: cursor ?? undefined, stale },
  };
}

/** A refusal counts as what its status says, also when something on the way put it in its own words. */
async function problemOf(response: Response): Promise<ProblemBody> {
  const text = await response.text();
  try {
    const body = JSON.parse(text) as Partial<ProblemBody> | null;
    if (typeof body?.type === 'string') return body as ProblemBody;
  } catch {
    // Not ours.
  }
  const { status, statusText } = response;
  return {
    type: 'about:blank',
    title: statusText,
    status,
    detail: statusText || status.toString(),
  };
}
