/**
 * What this browser has seen, as opaque positions. An answer carries the join of all that the
 * request sent, so a joined one replaces those; what other answers brought meanwhile stays. Cookies
 * carry the last one too, but answers under way at once overwrite each other there.
 */
export class Positions {
  private seen = new Set<string>();

  /** Sent with the next private request; nothing when nothing has been seen. */
  header(): string | undefined {
    return this.seen.size === 0 ? undefined : [...this.seen].join(', ');
  }

  /** `sent` is what header() gave for the request that `joined` answers. */
  answered(sent: string | undefined, joined: string | null): void {
    if (!joined) return;
    for (const position of sent?.split(', ') ?? []) this.seen.delete(position);
    this.seen.add(joined);
    // More than a few under way at once: the oldest are in the cookie's join by now.
    while (this.seen.size > 4) this.seen.delete([...this.seen][0] as string);
  }
}

export const positions = new Positions();
