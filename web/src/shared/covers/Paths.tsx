import type { Shape } from './shapes';

export function Paths({ shapes }: { shapes: readonly Shape[] }) {
  return shapes.map(({ d, colour, width, opacity = 1, dash }, index) => (
    <path
      key={index}
      d={d}
      fill={width ? 'none' : colour}
      stroke={width ? colour : undefined}
      strokeWidth={width}
      strokeDasharray={dash || undefined}
      opacity={opacity < 1 ? opacity : undefined}
    />
  ));
}
