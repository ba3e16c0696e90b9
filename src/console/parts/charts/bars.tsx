// Stacked bars by month: with a forecast, which is lighter, a limit, and a reading under the pointer.
import { useId, useState } from 'react';
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
  /** Returns a dash for null. */
  format: (value: number | null | undefined) => string;
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
      <Legend {...{ series, forecast, limit, format }} at={at} label={at === undefined ? undefined : labels[at]} />
      <svg ref={frame} aria-hidden="true" onPointerLeave={() => setAt(undefined)}>
        <Grid width={width} y={(third) => y((top * third) / 3)} text={(third) => format((top * third) / 3)} />
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

interface LegendProps extends Pick<Props, 'series' | 'forecast' | 'limit' | 'format'> {
  /** The bar under the pointer, and its label. */
  at: number | undefined;
  label: string | undefined;
}

function Legend({ at, label, series, forecast, limit, format }: LegendProps) {
  return (
    <ul className="legend" aria-hidden="true">
      {label !== undefined && <li>{label}</li>}
      {series.map(({ color, name, values }) => (
        <li key={color}>
          <span className={`swatch chart-${color}`} />
          {name} {at !== undefined && <b>{format(values[at])}</b>}
        </li>
      ))}
      {forecast !== null && <li>Forecast {format(forecast)}</li>}
      {limit !== null && <li>Limit {format(limit)}</li>}
    </ul>
  );
}

interface GridProps {
  width: number;
  /** Returns the y coordinate at a third of the axis; `text` returns its label. */
  y: (third: number) => number;
  text: (third: number) => string;
}

function Grid({ width, y, text }: GridProps) {
  return (
    <>
      {[0, 1, 2, 3].map((third) => (
        <g key={third}>
          <line className="grid" x1={edge.left} x2={width} y1={y(third)} y2={y(third)} />
          <text x={edge.left - 6} y={y(third) + 4} textAnchor="end">
            {text(third)}
          </text>
        </g>
      ))}
    </>
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
