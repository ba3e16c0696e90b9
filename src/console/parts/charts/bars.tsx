// Stacked bars by month: with a forecast, which is lighter, a limit, and a reading under the pointer.
import { useId, useState } from 'react';
import { Grid, Legend } from './chart-frame.tsx';
import type { Series } from './chart-numbers.tsx';
import { ceiling, useWidth } from './scale.ts';

interface Props {
  title: string;
  /** Texts below the bars. */
  labels: readonly string[];
  /** Parts of the bars, from the bottom up, each with a color of its own. Their names may be the same. */
  series: readonly Series[];
  /** Value that the last bar is expected to reach. */
  forecast: number | null;
  limit: number | null;
  format: (value: number) => string;
}

const height = 160;
const edge = { left: 52, top: 10, bottom: 22 };
const bottom = height - edge.bottom;
const labelWidth = 62;

/** The page has a table of the same numbers, so screen readers skip the picture. */
export function Bars({ title, labels, series, forecast, limit, format }: Props) {
  const [frame, width] = useWidth();
  const [at, setAt] = useState<number>();
  const id = useId();
  const sums = labels.map((_, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
  const top = ceiling(Math.max(...sums, forecast ?? 0, limit ?? 0));
  const y = (value: number) => bottom - (value / top) * (bottom - edge.top);
  const step = (width - edge.left) / labels.length;
  const every = Math.ceil(labelWidth / step);
  const last = labels.length - 1;
  return (
    <figure className="chart" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <Legend series={series} format={format} at={at} label={at === undefined ? undefined : labels[at]}>
        {forecast !== null && <li>Forecast {format(forecast)}</li>}
        {limit !== null && <li>Limit {format(limit)}</li>}
      </Legend>
      <svg ref={frame} aria-hidden="true" onPointerLeave={() => setAt(undefined)}>
        <Grid left={edge.left} width={width} top={top} y={y} format={format} />
        {labels.map((label, index) => (
          <g key={label} onPointerEnter={() => setAt(index)}>
            <rect x={edge.left + index * step} y={0} width={step} height={height} opacity={0} />
            {index === last && forecast !== null && (
              <Bar x={edge.left + index * step} step={step} from={bottom} to={y(forecast)} color={1} opacity={0.25} />
            )}
            {series.map(({ color, values }, nth) => {
              const below = series.slice(0, nth).reduce((sum, one) => sum + (one.values[index] ?? 0), 0);
              const value = values[index] ?? 0;
              const place = { x: edge.left + index * step, step, from: y(below), to: y(below + value) };
              return value > 0 && <Bar key={color} {...place} color={color} />;
            })}
            {(last - index) % every === 0 && (
              <text x={edge.left + (index + 0.5) * step} y={height - 6} textAnchor="middle">
                {label}
              </text>
            )}
          </g>
        ))}
        {limit !== null && (
          <g className="rollback">
            <line className="mark" x1={edge.left} x2={width} y1={y(limit)} y2={y(limit)} />
          </g>
        )}
      </svg>
    </figure>
  );
}

interface BarProps {
  x: number;
  step: number;
  from: number;
  to: number;
  color: Series['color'];
  opacity?: number;
}

function Bar({ x, step, from, to, color, opacity = 1 }: BarProps) {
  const gap = Math.min(6, step / 5);
  const place = { x: x + gap, y: to, width: Math.max(1, step - 2 * gap), height: Math.max(0, from - to) };
  return <rect {...place} fill={`var(--chart-${color})`} opacity={opacity} />;
}
