import { keep, recall } from './storage';

/** What people call the regions that this browser has met; any other goes by its own name. */
const NAME = 'perpetua.regions';

const met = (): Record<string, unknown> =>
  (recall('localStorage', NAME) ?? {}) as Record<string, unknown>;

export function titleOf(region: string): string {
  const title = met()[region];
  return typeof title === 'string' ? title : region;
}

export function meet(region: string, title: string): void {
  if (titleOf(region) !== title) keep('localStorage', NAME, { ...met(), [region]: title });
}
