import { startTransition, useEffect, useState } from 'react';
import type { Motifs } from './motifs/scene';

let motifs: Motifs | undefined;

/** The art comes as pictures do: after the page, which does not wait for it. */
export async function loadMotifs(): Promise<Motifs> {
  motifs ??= (await import('./motifs/index')).MOTIFS;
  return motifs;
}

/** Drawn in a transition: many covers wait for it, and a touch goes before. */
export function useMotifs(): Motifs | undefined {
  const [known, setKnown] = useState(() => motifs);
  useEffect(() => {
    let isShown = true;
    if (!known)
      loadMotifs().then(
        (loaded) => {
          startTransition(() => {
            if (isShown) setKnown(() => loaded);
          });
        },
        // Without a connection the covers stay without art until the next of them is shown.
        () => undefined,
      );
    return () => {
      isShown = false;
    };
  }, [known]);
  return known;
}
