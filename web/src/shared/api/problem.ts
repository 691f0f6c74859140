import type { components } from './schema';

export type ProblemBody = components['schemas']['Problem'];

/** Why there is no answer: a problem of the API, or a network that brought none. */
export type ApiError = { status: number; problem: ProblemBody } | { status: 'unreachable' };

export const slugOf = (error: ApiError): string =>
  error.status === 'unreachable' ? 'unreachable' : error.problem.type.replace('/problems/', '');

/** Whether the request may have been carried out: the key must be kept, and asked again. */
export const isOutcomeUnknown = (error: ApiError): boolean =>
  error.status === 'unreachable' || error.status >= 500 || error.status === 408;

export function isApiError(error: unknown): error is ApiError {
  return typeof error === 'object' && error !== null && 'status' in error;
}
