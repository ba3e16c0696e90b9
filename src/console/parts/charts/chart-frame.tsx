// Parts that all charts have: the legend, and lines with the numbers of the vertical axis.
import type { ReactNode } from 'react';
import { reading, type Series } from './chart-numbers.tsx';

interface LegendProps {
  series: readonly Series[];
  format: (value: number) => string;
  /** Where the pointer is: the index of its values, and their name. */
  at: number | undefined;
  label: string | undefined;
  /** Further entries. */
  children?: ReactNode;
}

export function Legend({ series, format, at, label, children }: LegendProps) {
  return (
    <ul className="legend" aria-hidden="true">
      {label !== undefined && <li>{label}</li>}
      {series.map(({ color, name, values }) => (
        <li key={color}>
          <span className={`swatch chart-${color}`} />
          {name} {at !== undefined && <b>{reading(values[at], format)}</b>}
        </li>
      ))}
      {children}
    </ul>
  );
}

interface GridProps {
  left: number;
  width: number;
  /** The number at the top of the axis. */
  top: number;
  /** Returns the y coordinate of a number. */
  y: (value: number) => number;
  format: (value: number) => string;
}

export function Grid({ left, width, top, y, format }: GridProps) {
  return [0, top / 3, (top * 2) / 3, top].map((value) => (
    <g key={value}>
      <line className="grid" x1={left} x2={width} y1={y(value)} y2={y(value)} />
      <text x={left - 6} y={y(value) + 4} textAnchor="end">
        {format(value)}
      </text>
    </g>
  ));
}
