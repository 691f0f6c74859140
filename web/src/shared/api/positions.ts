import { keep, recall } from '../storage';

const NAME = 'perpetua.positions';

/**
 * What this tab has seen, as opaque positions, over reloads too. An answer carries the join of all
 * that its request sent, so it replaces those; what other answers brought meanwhile stays. There
 * are never more than there were requests under way at once. Cookies carry the last one too, but
 * answers overwrite each other there.
 */
export class Positions {
  private seen: Set<string>;

  constructor() {
    const kept = recall('sessionStorage', NAME);
    this.seen = new Set(Array.isArray(kept) ? kept.map(String) : []);
  }

  /** Sent with the next private request; nothing when nothing has been seen. */
  header(): string | undefined {
    return this.seen.size === 0 ? undefined : [...this.seen].join(', ');
  }

  /** `sent` is what header() gave for the request that `joined` answers. */
  answered(sent: string | undefined, joined: string | null): void {
    if (!joined) return;
    for (const position of sent?.split(', ') ?? []) this.seen.delete(position);
    this.seen.add(joined);
    keep('sessionStorage', NAME, [...this.seen]);
  }
}

export const positions = new Positions();
