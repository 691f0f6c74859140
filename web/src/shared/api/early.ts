/**
 * Answers that were asked for before the shop ran (`src/shell.ts`), each for the first that wants it.
 */
const asked = new Map<string, Promise<Response>>();

/** How long any answer of the API is waited for. */
export const TIMEOUT_MS = 10_000;

export function askEarly(address: string): Promise<Response> {
  const answer = fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  answer.catch(() => undefined); // whoever takes it is told
  asked.set(address, answer);
  return answer;
}

export function takeEarly(address: string): Promise<Response> | undefined {
  const answer = asked.get(address);
  asked.delete(address);
  return answer;
}
