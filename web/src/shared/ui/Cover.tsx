import { memo, useRef } from 'react';
import { drawCover, HEIGHT, WIDTH, type CoverBook } from '../covers/draw';
import { Paths } from '../covers/Paths';
import { useMotifs } from '../covers/useMotifs';
import { useIsNear } from './useIsNear';

/** A cover drawn from what is known of the book; decorative, for its title stands beside it. */
export const Cover = memo(function Cover({ book }: { book: CoverBook }) {
  const cover = useRef<SVGSVGElement>(null);
  const isNear = useIsNear(cover);
  return (
    <svg
      ref={cover}
      className="cover"
      viewBox={`0 0 ${WIDTH.toString()} ${HEIGHT.toString()}`}
      aria-hidden="true"
      focusable="false"
    >
      {isNear && <Drawing book={book} />}
    </svg>
  );
});

function Drawing({ book }: { book: CoverBook }) {
  const { art, paper, over, letters } = drawCover(book, useMotifs());
  const [x, y, width, height] = art.box;
  return (
    <>
      <rect width={WIDTH} height={HEIGHT} fill={paper} />
      <svg x={x} y={y} width={width} height={height}>
        <Paths shapes={art.shapes} />
      </svg>
      <Paths shapes={over} />
      {letters.map(({ text, role, colour, size, spacing, anchor, ...place }, index) => (
        <text
          key={index}
          className={`cover-${role}`}
          {...place}
          fill={colour}
          fontSize={size}
          letterSpacing={spacing ? spacing * size : undefined}
          textAnchor={anchor}
        >
          {text}
        </text>
      ))}
    </>
  );
}
