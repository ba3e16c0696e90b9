// Lines over time: axes, event marks, a reading under the pointer, and the same numbers as a table for screen readers.
import { type PointerEvent, useId, useState } from 'react';
import { type ChartMark, labelMarks, type Mark } from '../../data/traffic/traffic-marks.ts';
import { lineParts } from '../../data/traffic/traffic-series.ts';
import { Grid, Legend } from './chart-frame.tsx';
import { Numbers, type Series } from './chart-numbers.tsx';
import { ceiling, useWidth } from './scale.ts';

interface Props {
  title: string;
  /** In milliseconds, oldest first and at equal distances. */
  times: readonly number[];
  series: readonly Series[];
  /** Event marks, such as deployments and rollbacks. */
  marks: readonly ChartMark[];
  format: (value: number) => string;
}

const height = 160;
/** Leaves space above the lines for mark labels. */
const edge = { left: 36, right: 4, top: 22, bottom: 28 };
const bottom = height - edge.bottom;
const labelWidth = 90;
const dayMs = 86_400_000;

export function Chart({ title, times, series, marks, format }: Props) {
  const [frame, width] = useWidth();
  const [at, setAt] = useState<number>();
  const id = useId();
  const first = times[0] ?? 0;
  const span = Math.max(1, (times.at(-1) ?? 0) - first);
  const top = ceiling(Math.max(...series.flatMap(({ values }) => values.map((value) => value ?? 0))));
  const x = (time: number) => edge.left + ((time - first) / span) * (width - edge.left - edge.right);
  const y = (value: number) => bottom - (value / top) * (bottom - edge.top);
  const places = marks.map(({ at, ...mark }) => ({ ...mark, x: x(Math.min(at, first + span)) }));
  const follow = (event: PointerEvent<SVGSVGElement>) => {
    const share = (event.nativeEvent.offsetX - edge.left) / (width - edge.left - edge.right);
    setAt(Math.min(times.length - 1, Math.max(0, Math.round(share * (times.length - 1)))));
  };
  const time = at === undefined ? undefined : times[at];
  return (
    <figure className="chart" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      <Legend series={series} format={format} at={at} label={time === undefined ? undefined : hour(time, span)} />
      <svg ref={frame} aria-hidden="true" onPointerMove={follow} onPointerLeave={() => setAt(undefined)}>
        <Grid left={edge.left} width={width} top={top} y={y} format={format} />
        {labelled(times, width).map((time) => (
          <text key={time} x={x(time)} y={height - 8} textAnchor="middle">
            {hour(time, span)}
          </text>
        ))}
        <Marks places={places} width={width} />
        {series.map((one) => (
          <Line key={one.name} series={one} points={times.map((time, index) => [x(time), one.values[index]])} y={y} />
        ))}
        {time !== undefined && <line className="pointer" x1={x(time)} x2={x(time)} y1={edge.top} y2={bottom} />}
      </svg>
      <Numbers title={title} times={times} series={series} format={format} />
    </figure>
  );
}

/** Draws vertical lines, with labels that don't overlap. */
function Marks({ places, width }: { places: Mark[]; width: number }) {
  return labelMarks(places, width).map(({ x, isRollback, label, side }) => (
    <g key={x} className={isRollback ? 'rollback' : undefined}>
      <line className="mark" x1={x} x2={x} y1={side ? 4 : 16} y2={bottom} />
      {side && (
        <text x={side === 'left' ? x - 4 : x + 4} y={12} textAnchor={side === 'left' ? 'end' : 'start'}>
          {label}
        </text>
      )}
    </g>
  ));
}

interface LineProps {
  series: Series;
  points: [x: number, value: number | null | undefined][];
  y: (value: number) => number;
}

/** Leaves gaps at times without a value. */
function Line({ series: { color, isFilled = false }, points, y }: LineProps) {
  const parts = lineParts(points);
  return parts.map((known) => {
    const line = known.map(([x, value]) => `${x.toFixed(1)},${y(value).toFixed(1)}`).join(' ');
    const [first, last] = [known[0]?.[0] ?? 0, known.at(-1)?.[0] ?? 0];
    return (
      <g key={first}>
        {isFilled && <polygon points={`${first},${bottom} ${line} ${last},${bottom}`} />}
        <polyline className={`chart-${color}`} points={line} />
        {known.length === 1 && <circle className={`chart-${color}`} cx={first} cy={y(known[0]?.[1] ?? 0)} r={2} />}
      </g>
    );
  });
}

/** Returns as many of the times as there is space for labels. */
function labelled(times: readonly number[], width: number): number[] {
  const each = Math.max(1, Math.ceil(times.length / Math.max(1, Math.floor(width / labelWidth))));
  return times.filter((_, index) => index % each === Math.floor(each / 2));
}

function hour(time: number, span: number): string {
  const at = new Date(time);
  const options = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  if (span <= 2 * dayMs) return at.toLocaleTimeString('en', options);
  return at.toLocaleDateString('en', { month: 'short', day: 'numeric' });
}
