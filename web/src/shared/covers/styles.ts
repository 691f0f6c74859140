/** The ground and the ink of its letters, then three colours that only the art uses. */
export type Palette = readonly [paper: string, ink: string, a: string, b: string, d: string];

/** How a category looks, but for its motifs. */
export interface Style {
  palettes: readonly Palette[];
  /** For each motif the layouts in which it looks well, a letter each: see layouts.ts. */
  layouts: readonly string[];
  /** The largest size of a title. */
  size: number;
  caps?: boolean;
  centred?: boolean;
}

const style = (
  palettes: string,
  layouts: Style['layouts'],
  size: number,
  more: Pick<Style, 'caps' | 'centred'> = {},
): Style => ({
  palettes: palettes
    .trim()
    .split(/\s*\n\s*/)
    .map((row) => row.split(' ').map((colour) => `#${colour}`) as unknown as Palette),
  layouts,
  size,
  ...more,
});

const centred = { centred: true };
const caps = { caps: true };

export const STYLES: Readonly<Record<string, Style>> = {
  cookbooks: style(
    `fbf1dc 7a1f14 d9482b f0a830 5f7f3a
     f6e7c9 23402f e2672c f2c14e 3f7d4e
     fff6ea 1f3a5f e0533d f5b841 7fa65a
     f9d56e 5a1a12 d7402b f08a2c 4d7a3a
     e9efd8 2d3d1f c8452f f3c550 7f9b3a`,
    ['SLKM', 'TH', 'THW'],
    46,
    centred,
  ),
  database: style(
    `0f2f4a f2f6f4 3fb8af f5c04a 2a5f86
     eef3f1 12344d 1f8a8a f08a4b a9c9c6
     123c3a e9f5e1 6fd08c f4d35e 25655f
     f4f4ee 202a44 3d5a98 e8574c b9c6de
     1c2340 e8ecff 7b93ff ff8f6b 36406f`,
    ['TBH', 'TBS', 'TBH', 'STK'],
    40,
  ),
  'fairy-tales': style(
    `1b2a4a f7ead0 f2c879 2f4a6b 5d7a8c
     3a1f3f fbe9d2 f3cf7a 6a3f6b 8f5a80
     12403a f8eccf e6b85c 2a6a5c 4d8a72
     f6e3d4 5a1f38 c8506a e9b872 6f9a80
     5a1a2a fbe6c8 e9b15c 863546 b0584f`,
    ['TS', 'TW', 'LKM'],
    42,
    centred,
  ),
  'science-fiction': style(
    `14122b fbeedd ff7a45 f9c74f 5b3f8f
     2a0f3a ffe9d6 ff5d73 ffb454 7a3fa0
     071f2e eaf6f2 ff8552 3fc1c9 1f4f68
     f3e6d0 2b1a3d e8502f f0b429 2f8f9d
     f26a3d 22102b ffd166 fff1db 8f2f4f`,
    ['TB', 'TH', 'TH', 'TS'],
    50,
    caps,
  ),
  'home-improvement': style(
    `f7f1e6 1f3f5b e5734a f2c75c 6fa3b8
     e3eef0 15394a f08a5d ffffff 3f8fa8
     fdf3d8 47331f d5623f e0a030 5d9c8b
     2f5d62 f9f1dd f2a65a dfe8d8 7fb0a6
     f4d9c6 4a2320 c85a3f f9efe0 4f8a8b`,
    ['TH', 'SKM', 'TB', 'TB'],
    40,
  ),
  cars: style(
    `c1241c fff3df 1a1a1d f4b63f 8c1410
     1d1f24 f7f3ea e63b2e f5b82e 4a4f5a
     0f4c3a f6efdc f2c14e e2412f 2a6a52
     f3ead7 1c2430 d92f27 e9b23f 8fb2c9
     17395c f8f0de f08c2e e8e0cb 2b5f91`,
    ['TH', 'TBS', 'TB', 'SHB'],
    44,
    caps,
  ),
  woodwork: style(
    `ecd3a8 42230f b4743a 7c4520 d9a866
     4a2a17 f5e3c3 c98b4b e4b876 6d4024
     d9b382 35200f 8c5527 a8703c f1dcb5
     f3e7d0 2f3b2a a86a34 6d7b4f d7b17a
     6b3a1e fbead0 d99a55 f0c98d 8f5730`,
    ['SHKT', 'LKSM', 'SH', 'LSM'],
    40,
  ),
  classics: style(
    `6a1420 f0d9a0 d9b25f 8c2a35 e8cb8a
     14343a f0dca8 d4ac58 24505a e6cc8c
     1f2a52 f2e0b0 d6ae5b 33427a e9cf90
     2c3b22 efdfae cda653 45583a e4c988
     3a2030 f1dcb4 d2a860 5b3750 e7cb95`,
    ['WF', 'L', 'WF'],
    36,
    centred,
  ),
  crime: style(
    `141414 f5efe4 d7261e f2c230 4a4a4a
     f2c230 161310 c5301f fff0c0 8a6a10
     b3161b fff1e4 160d0d f0b49a 7a0d12
     e8e4da 17191c c4231c c9c2b2 3a3c40
     1b2730 f0ebdc e0482f e9c46a 3f5663`,
    ['SH', 'TB', 'T', 'TH'],
    50,
    caps,
  ),
  fantasy: style(
    `f0c987 3a1730 b8443c f7e6c0 a8627a
     173b3f f3e9cc 4fa08b e0b04a 2a5f5f
     3d1f52 f7e6cf e58f5b f2c46d 6b3d82
     8fb8b0 1f2440 c8553d f4e8c8 3d5a78
     2b2f3a efe3c8 b0483a d9a441 5f6f80`,
    ['TH', 'SHKM', 'TBW'],
    44,
    centred,
  ),
  history: style(
    `efe2c4 3b2a1a 9c3b2a c9a66b d8c39a
     e6dcc8 1f2f45 a8482f 7f93a8 c9bd9f
     7a2a22 f6e8cc d9a860 b0583f 933f32
     2f3f3a f1e6cb c7a25c 6d8375 445850
     d8c9a8 2b2118 8a2f25 a88a58 c2ae84`,
    ['TH', 'TBW', 'TH'],
    40,
    centred,
  ),
  biography: style(
    `f2d8cf 3a1d2c d4573f f2b36b 3f6f78
     d9e2dc 20303c e07a4f f3d9b8 3f6f6a
     f0e6d6 2c2c3a c75b52 e8c49a 6a5d8f
     34495e fdf0df f2a07b f5d5a8 6f8fa6
     e8b04a 33180f a8402a fbeacb 3a5a5f`,
    ['TW', 'TBH', 'SH'],
    42,
  ),
  science: style(
    `f7f8f3 14213d 2a6fdb f25f5c 9fd8d0
     0b3954 f6f9f4 6fd3e0 ffb84d 1f6f8f
     e4f1f6 122b4a 0f85b8 f2784b 8fd0e0
     17202f eef6f0 7ce0b8 f7d154 3a5a78
     d7f0e4 0f3b3a 12877a f26a5a f6c84c`,
    ['TB', 'TBH', 'SHT', 'TB'],
    42,
  ),
  poetry: style(
    `f4efe4 33414a 8fa6a3 c98f7a d8cdb8
     e7ecea 2f3f4f 6f8fa6 d69c7f b7c7cc
     f3e4df 4a3040 b9798a 8a9a86 e2c1b6
     e9ead9 36422f 7f9468 c2b878 b7c4a0
     3f4f5f f3ede0 a9bcc4 d9b79a 5f7484`,
    ['TH', 'T', 'LM'],
    34,
  ),
  philosophy: style(
    `f3eee2 161616 d8352a 1f4fa0 f0b81f
     1d4a94 f7f1e3 f0b81f e2523f 3f6fb8
     e4dfd3 1c1c1e e0582f 3a3a3c c8c0ae
     f0b81f 1a1712 d8352a f7f1e3 1f4fa0
     fafaf5 14213d e63946 7f93b0 d5dbe2`,
    ['TB', 'TB', 'TB', 'TH'],
    38,
  ),
  travel: style(
    `fbe3c0 17394f f2704b f5b04c 2f8f9d
     bfe0e2 123a4a f0764f f4ead0 2d7f8f
     f7c59f 3b1f3f d9534a ffe8c2 a8577a
     0f4c5c fdf0d5 f4a259 e76f51 3f8c96
     f5edda 20392f 4f8a5b e8923c a9c6a0`,
    ['THS', 'TH', 'TB'],
    46,
    { caps: true, centred: true },
  ),
};

/** For the categories that an owner brings: a palette and an abstract design by the book's hash. */
const OTHER = style(
  `efe9dc 2a2a35 b8574a d9a94f 6f8f9a
   25343f f1ebdc c98a5a e0c080 4f6f78
   dfe5dc 26382f 5f8f78 d08a5a a9bfa8
   f2dfc8 43252a b0605a e0a860 7f8f70
   3a3348 f3e9e0 c08a9a dfb878 665c80
   f0ead0 23304a 5a78a8 d8a04a b8c4c8`,
  ['SK', 'TB', 'TS', 'TB', 'SM', 'TB'],
  42,
);

/** Where the looks and the motifs of all other categories are kept: no category has this name. */
export const ELSE = '';

export const knownAs = (category: string) => (Object.hasOwn(STYLES, category) ? category : ELSE);

export const styleOf = (category: string): Style => STYLES[knownAs(category)] ?? OTHER;
