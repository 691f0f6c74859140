import { isOutcomeUnknown, type ApiError, type ProblemBody } from './problem';
import { positions } from './positions';
import { regionAnswered } from '../region';
import { hasSession, sessionBegan } from './session';

export interface Request {
  path: string;
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  body?: unknown;
  /** One for each thing that the buyer does; the same for all of its retries. */
  idempotencyKey?: string;
  /** Answers for this buyer alone: sends and takes positions. */
  isPrivate?: boolean;
}

export interface Answer {
  body: unknown;
  etag: string | null;
  next: string | undefined;
}

export type Outcome = { data: Answer } | { error: ApiError };

const TIMEOUT_MS = 10_000;
/** Waits before the second, third, ... try: regions change hands within a blink. */
export const RETRY_DELAYS_MS = [100, 300, 900];

const mayRetry = (request: Request): boolean =>
  (request.method ?? 'GET') === 'GET' || request.idempotencyKey !== undefined;

export const newIdempotencyKey = (): string => {
  // crypto.randomUUID is there on secure origins only.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
};

/** Asks, again where that is harmless; begins a session when a write needs one. */
export async function send(request: Request): Promise<Outcome> {
  const isWrite = (request.method ?? 'GET') !== 'GET';
  if (isWrite && request.isPrivate && !hasSession()) {
    const began = await beginSession();
    if ('error' in began) return began;
  }
  const outcome = await sendWithRetries(request);
  const isStranger = 'error' in outcome && outcome.error.status === 401;
  if (!isStranger || !isWrite) return outcome;
  const began = await beginSession();
  return 'error' in began ? began : sendWithRetries(request);
}

async function beginSession(): Promise<Outcome> {
  const outcome = await sendOnce({ path: '/session', method: 'POST', body: {} });
  if ('data' in outcome) sessionBegan();
  return outcome;
}

async function sendWithRetries(request: Request): Promise<Outcome> {
  let outcome = await sendOnce(request);
  for (const delay of RETRY_DELAYS_MS) {
    const isOpen = 'error' in outcome && isOutcomeUnknown(outcome.error);
    if (!isOpen || !mayRetry(request)) return outcome;
    await new Promise((resolve) => setTimeout(resolve, delay));
    outcome = await sendOnce(request);
  }
  return outcome;
}

async function sendOnce(request: Request): Promise<Outcome> {
  const headers = new Headers();
  if (request.body !== undefined) headers.set('Content-Type', 'application/json');
  if (request.idempotencyKey) headers.set('Idempotency-Key', request.idempotencyKey);
  const sent = request.isPrivate ? positions.header() : undefined;
  if (sent) headers.set('Perpetua-Position', sent);
  const init: RequestInit = {
    method: request.method ?? 'GET',
    headers,
    credentials: 'same-origin',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  if (request.body !== undefined) init.body = JSON.stringify(request.body);
  try {
    const response = await fetch('/api' + request.path, init);
    regionAnswered(response.headers.get('Perpetua-Region'));
    if (request.isPrivate) positions.answered(sent, response.headers.get('Perpetua-Position'));
    return await read(response);
  } catch {
    // No answer, or one that broke off: nobody knows what became of the request.
    return { error: { status: 'unreachable' } };
  }
}

async function read(response: Response): Promise<Outcome> {
  const body: unknown = await response.json();
  if (!response.ok)
    return { error: { status: response.status, problem: body as ProblemBody } };
  const next = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('Link') ?? '')?.[1];
  const cursor = next ? new URL(next, 'http://shop').searchParams.get('cursor') : null;
  return {
    data: { body, etag: response.headers.get('ETag'), next: cursor ?? undefined },
  };
}
