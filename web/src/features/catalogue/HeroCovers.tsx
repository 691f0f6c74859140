import type { Book } from '../../shared/api/api';
import { Cover } from '../../shared/ui/Cover';

type Drawn = Pick<Book, 'id' | 'title' | 'authors' | 'category'>;

/** Books that everybody knows, to draw: the hero stands before anything is loaded. */
const BOOKS: Drawn[] = [
  { id: 'emma', title: 'Emma', authors: ['Jane Austen'], category: 'classics' },
  { id: 'dune', title: 'Dune', authors: ['Frank Herbert'], category: 'science-fiction' },
  {
    id: 'grimms-fairy-tales',
    title: 'Grimms’ Fairy Tales',
    authors: ['Jacob Grimm', 'Wilhelm Grimm'],
    category: 'fairy-tales',
  },
];

/** A fan of covers, as an ornament. */
export function HeroCovers() {
  return (
    <div className="hero-covers" aria-hidden="true">
      {BOOKS.map((book) => (
        <div key={book.id} className="cover-frame">
          <Cover book={book} />
        </div>
      ))}
    </div>
  );
}
