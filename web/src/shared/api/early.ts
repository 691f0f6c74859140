/**
 * Answers that were asked for before the shop ran (`src/shell.ts`), each for the first that wants it.
 */
const asked = new Map<string, Promise<Response>>();

export function askEarly(address: string): Promise<Response> {
  const answer = fetch(address, { headers: {}, credentials: 'same-origin' });
  answer.catch(() => undefined); // whoever takes it is told
  asked.set(address, answer);
  return answer;
}

export function takeEarly(address: string): Promise<Response> | undefined {
  const answer = asked.get(address);
  asked.delete(address);
  return answer;
}
