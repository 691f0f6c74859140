/** The widths of ASCII in the display face at 600, in fiftieths of an em, as code points from 40. */
const WIDTHS =
  '39;JGPY1;;HE7=6AJ@GEHFGCGH67BEBCVMLLPJGOS=BPHWOPKPNGKNL]MKI:A:@A5EGCHC<EH88G8XHFHG@A<HERDEA=7=H';
/** A reader without the face gets Georgia, of about these widths. */
const SAFETY = 1.06;

const widths = new Map<string, number>();

function widthOf(letter: string): number {
  const known = widths.get(letter);
  if (known !== undefined) return known;
  const width = reckoned(letter);
  widths.set(letter, width);
  return width;
}

function reckoned(letter: string): number {
  const code = letter.normalize('NFD').codePointAt(0) ?? 0;
  if (code >= 32 && code < 127) return (WIDTHS.charCodeAt(code - 32) - 40) / 50;
  // From the Hangul on, and all the planes above, letters are square.
  return code < 0x1100 || (code >= 0x1e00 && code < 0x2e80) ? 0.74 : 1.05;
}

/** How wide a line is set. Spacing is an addition to each letter, in em. */
export function measure(text: string, size: number, spacing = 0): number {
  let width = 0;
  for (const letter of text.normalize('NFC')) width += widthOf(letter) * SAFETY + spacing;
  return width * size;
}

export interface Block {
  lines: string[];
  size: number;
}

/** Words, and letters of the scripts that are written without spaces. */
const WORDS =
  /[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]|[^\s\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]+-?|\s+/gu;

function wrap(words: string[], room: number, size: number, spacing: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of words) {
    if (current && measure((current + word).trimEnd(), size, spacing) > room) {
      lines.push(current.trim());
      current = word.trimStart();
    } else current += word;
  }
  return [...lines, current.trim()].filter(Boolean);
}

function broken(words: string[], room: number, size: number, spacing: number): string[] {
  return words.flatMap((word) => (measure(word, size, spacing) > room ? [...word] : [word]));
}

/** The narrowest setting of the same number of lines: no last line of one word. */
function balanced(words: string[], room: number, size: number, spacing: number): string[] {
  let lines = wrap(words, room, size, spacing);
  for (let narrow = room; narrow > room / 2; narrow -= 4) {
    const next = wrap(words, narrow, size, spacing);
    const fits = next.every((line) => measure(line, size, spacing) <= room);
    if (next.length > lines.length || !fits) break;
    lines = next;
  }
  return lines;
}

/** Sets a text as large as its room allows; a text that never fits is cut, with an ellipsis. */
export function fit(
  text: string,
  room: { w: number; h: number },
  sizes: { most: number; least: number; leading: number; spacing?: number },
): Block {
  const { most, least, leading, spacing = 0 } = sizes;
  const words = text.trim().match(WORDS) ?? [];
  const atMost = (size: number) => Math.max(1, Math.floor(room.h / (size * leading)));
  const longest = Math.max(0, ...words.map((word) => measure(word, 1, spacing)));
  for (let size = most; size >= least; size--) {
    if (longest * size > room.w || wrap(words, room.w, size, spacing).length > atMost(size))
      continue;
    return { lines: balanced(words, room.w, size, spacing), size };
  }
  const lines = wrap(broken(words, room.w, least, spacing), room.w, least, spacing);
  const kept = lines.slice(0, atMost(least));
  if (kept.length < lines.length) {
    let last = kept.pop() ?? '';
    while (last && measure(`${last}…`, least, spacing) > room.w) last = last.replace(/.$/u, '');
    kept.push(`${last.trimEnd()}…`);
  }
  return { lines: kept, size: least };
}

/** The title proper and what follows a colon, or the old "; or,". */
export function parted(title: string): [title: string, subtitle: string] {
  const [, main, rest] = /^(.{2,}?)(?::\s+|;\s+(?=or\b)|\s+[–—]\s+)(.+)$/.exec(title.trim()) ?? [];
  return main && rest ? [main, rest] : [title.trim(), ''];
}

export function byline(authors: readonly string[]): string {
  const [first = '', second] = authors;
  if (authors.length > 2) return `${first} et al.`;
  return second ? `${first} & ${second}` : first;
}
