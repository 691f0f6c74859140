import { memo, useRef } from 'react';
import { useIsNear } from '../ui/useIsNear';
import { coloursOf, drawCategory } from './draw';
import { Paths } from './Paths';
import { useMotifs } from './useMotifs';

/** A category's picture: fills its box, and is cut off where the box has another shape. */
export const CategoryArt = memo(function CategoryArt({ slug }: { slug: string }) {
  const picture = useRef<SVGSVGElement>(null);
  const isNear = useIsNear(picture);
  return (
    <svg
      ref={picture}
      className="category-art"
      viewBox="0 0 400 240"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
      focusable="false"
    >
      <rect width="400" height="240" fill={coloursOf(slug).paper} />
      {isNear && <Picture slug={slug} />}
    </svg>
  );
});

function Picture({ slug }: { slug: string }) {
  return <Paths shapes={drawCategory(slug, 400, 240, useMotifs())} />;
}
