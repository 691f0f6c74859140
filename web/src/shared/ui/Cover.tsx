import type { Book } from '../api/api';

const SHADES = 7;

/** A plain cover: title and author on a colour of the category's. */
export function Cover({ book }: { book: Book }) {
  const shade = [...book.category].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % SHADES;
  return (
    <div className={`cover cover-${shade.toString()}`} aria-hidden="true">
      <span className="cover-title">{book.title}</span>
      <span className="cover-author">{book.authors[0] ?? ''}</span>
    </div>
  );
}
