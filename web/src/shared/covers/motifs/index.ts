import { cameo, portrait, prints } from './biography';
import { profile, road, stripes, wheel } from './cars';
import { fleurons, gilt, laurel } from './classics';
import { bowl, citrus, herbs } from './cookbooks';
import { blinds, fingerprint, keyhole, windows } from './crime';
import { drums, hashRing, table, tree } from './database';
import { folk, forest, thorns } from './fairy-tales';
import { castle, runes, scales } from './fantasy';
import { engraving, map, temple } from './history';
import { house, plan, strokes, tiles } from './home-improvement';
import { arches, bands, dots } from './other';
import { bauhaus, penrose, squares, stairs } from './philosophy';
import { branch, rain, water } from './poetry';
import type { Motifs } from './scene';
import { atom, helix, spectrum, waves } from './science';
import { horizon, orbits, planet, rocket } from './science-fiction';
import { globe, mountains, sail } from './travel';
import { dovetails, grain, parquet, rings } from './woodwork';

/** The first of each is the category's picture. */
export const MOTIFS: Motifs = {
  cookbooks: [citrus, bowl, herbs],
  database: [tree, hashRing, drums, table],
  'fairy-tales': [forest, folk, thorns],
  'science-fiction': [planet, horizon, orbits, rocket],
  'home-improvement': [house, tiles, plan, strokes],
  cars: [road, wheel, profile, stripes],
  woodwork: [rings, grain, dovetails, parquet],
  classics: [gilt, fleurons, laurel],
  crime: [blinds, fingerprint, keyhole, windows],
  fantasy: [castle, scales, runes],
  history: [temple, map, engraving],
  biography: [cameo, portrait, prints],
  science: [atom, helix, waves, spectrum],
  poetry: [water, branch, rain],
  philosophy: [bauhaus, penrose, squares, stairs],
  travel: [mountains, sail, globe],
  '': [arches, dots, bands, bauhaus, tiles, squares],
};
