import type { components } from './schema';

export type ProblemBody = components['schemas']['Problem'];

/** Why there is no answer: a problem of the API, or a network that brought none. */
export type ApiError =
  { status: number; problem: ProblemBody; stale: string[] } | { status: 'unreachable' };

export const slugOf = (error: ApiError): string =>
  error.status === 'unreachable' ? 'unreachable' : error.problem.type.replace('/problems/', '');

/** Nobody has decided anything, so the next try may bring more. */
export const isTransient = (error: ApiError): boolean =>
  error.status === 'unreachable' || error.status >= 500 || error.status === 408;

/**
 * Whether the request may have been carried out: the key must be kept, and asked again. A refusal
 * may be one region's word alone, while another that is not heard has done it; it says so.
 */
export const isOutcomeUnknown = (error: ApiError): boolean =>
  isTransient(error) || (error.status !== 'unreachable' && error.problem.outcome === 'unknown');

export function isApiError(error: unknown): error is ApiError {
  return typeof error === 'object' && error !== null && 'status' in error;
}
