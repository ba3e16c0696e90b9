// Calls by hour as bars, with the part that failed, and the same numbers as a table.
import type { Schemas } from '../data/api.ts';
import { DataTable } from './data-table.tsx';
import { duration } from './time.tsx';

type Traffic = Schemas['PluginTraffic'];

const hourMs = 3_600_000;
const width = 480;
const height = 80;

interface Bar {
  hour: number;
  calls: number;
  errors: number;
}

/** A bar for each hour of the period, also for those without calls. */
function barsOf({ by_time, since, until }: Traffic): Bar[] {
  const first = Date.parse(since);
  const count = Math.floor((Date.parse(until) - first) / hourMs) + 1;
  return Array.from({ length: count }, (_, index) => {
    const hour = first + index * hourMs;
    const inHour = by_time.filter(({ at }) => Date.parse(at) === hour);
    const sum = (of: 'calls' | 'errors') => inHour.reduce((total, row) => total + row[of], 0);
    return { hour, calls: sum('calls'), errors: sum('errors') };
  });
}

export function TrafficChart({ traffic }: { traffic: Traffic }) {
  const bars = barsOf(traffic);
  const most = Math.max(1, ...bars.map(({ calls }) => calls));
  const step = width / bars.length;
  const { calls, errors } = traffic.total;
  return (
    <figure className="traffic">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${calls} calls in ${bars.length} hours, ${errors} failed`}
      >
        <line className="axis" x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} />
        {bars.map((bar, index) => {
          const tall = (bar.calls / most) * (height - 4);
          const failed = (bar.errors / most) * (height - 4);
          const x = index * step + step * 0.15;
          return (
            <g key={bar.hour}>
              <title>{`${new Date(bar.hour).toLocaleString()}: ${bar.calls} calls, ${bar.errors} failed`}</title>
              <rect className="calls" x={x} width={step * 0.7} y={height - tall} height={tall} />
              <rect className="errors" x={x} width={step * 0.7} y={height - failed} height={failed} />
            </g>
          );
        })}
      </svg>
      <figcaption className="quiet">
        Calls in each of the last {bars.length} hours, at most {most} an hour. Failed calls are marked at the bottom.
      </figcaption>
    </figure>
  );
}

export function TrafficTable({ traffic }: { traffic: Traffic }) {
  if (traffic.by_version.length === 0) return <p>No calls in the last 24 hours.</p>;
  return (
    <DataTable
      caption="Calls of the last 24 hours by version"
      columns={['Version', 'Calls', 'Failed', 'Half within', '95 % within']}
    >
      {traffic.by_version.map(({ version, calls, errors, p50_ms, p95_ms }) => (
        <tr key={version}>
          <th scope="row">{version.slice(0, 12)}</th>
          <td data-label="Calls">{calls}</td>
          <td data-label="Failed">{errors}</td>
          <td data-label="Half within">{latency(p50_ms)}</td>
          <td data-label="95 % within">{latency(p95_ms)}</td>
        </tr>
      ))}
    </DataTable>
  );
}

export function latency(ms: number | null): string {
  return ms === null ? 'no calls' : duration(ms);
}
