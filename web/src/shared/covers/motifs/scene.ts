import type { Random } from '../random';
import type { Shape } from '../shapes';
import type { Palette } from '../styles';

export interface Scene {
  w: number;
  h: number;
  r: Random;
  c: Palette;
}

/** Draws into a box of w by h, which cuts off what reaches beyond. */
export type Motif = (scene: Scene) => Shape[];

/** By category, in the order of its style's layouts. */
export type Motifs = Readonly<Record<string, readonly Motif[]>>;

export const TAU = 2 * Math.PI;
