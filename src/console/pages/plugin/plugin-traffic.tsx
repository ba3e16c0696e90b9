// A plugin's calls over time: count, failures, latency, and version changes.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { formatDuration } from '../../../core/quantities.ts';
import type { Schemas } from '../../data/api.ts';
import { counted } from '../../data/counted.ts';
import { type TrafficPeriod, trafficPeriods, trafficQuery } from '../../data/plugin-history.ts';
import { type ChartMark, chartMarks } from '../../data/traffic/traffic-marks.ts';
import { trafficSeries } from '../../data/traffic/traffic-series.ts';
import { Chart } from '../../parts/charts/chart.tsx';
import { errorShare, Figure, Figures } from '../../parts/figures.tsx';
import { PageError } from '../../parts/page-states.tsx';

interface Props {
  namespace: string;
  name: string;
}

export function PluginTraffic({ namespace, name }: Props) {
  const { hours } = useSearch({ from: '/signed-in/n/$namespace/plugins/$name/' });
  const { data, error, refetch } = useQuery({
    ...trafficQuery(namespace, name, hours),
    placeholderData: keepPreviousData,
  });
  return (
    <section aria-labelledby="traffic">
      <div className="head">
        <h2 id="traffic" className="inline">
          Traffic
        </h2>
        <Periods namespace={namespace} name={name} chosen={hours ?? 24} />
      </div>
      {error ? <PageError error={error} retry={() => void refetch()} /> : null}
      {data?.total.calls === 0 && <p className="quiet">No calls in this period.</p>}
      {data && data.total.calls > 0 && <TrafficCharts traffic={data} marks={chartMarks(data.marks)} />}
    </section>
  );
}

export const periodNames: Record<TrafficPeriod, string> = { 1: '1 h', 24: '24 h', 168: '7 d' };

function Periods({ namespace, name, chosen }: Props & { chosen: TrafficPeriod }) {
  return (
    <nav className="choice-row" aria-label="Period">
      {trafficPeriods.map((hours) => (
        <Link
          key={hours}
          to="/n/$namespace/plugins/$name"
          params={{ namespace, name }}
          search={hours === 24 ? {} : { hours }}
          activeOptions={{ exact: true }}
          aria-current={hours === chosen ? 'page' : undefined}
          replace
          resetScroll={false}
        >
          {periodNames[hours]}
        </Link>
      ))}
    </nav>
  );
}

export function TrafficCharts({
  traffic,
  marks,
}: {
  traffic: Parameters<typeof trafficSeries>[0];
  marks: ChartMark[];
}) {
  const { times, answered, failed, p50, p95 } = trafficSeries(traffic);
  return (
    <div className="pair">
      <div className="panel">
        <Chart
          title={`Calls per ${traffic.step}`}
          times={times}
          marks={marks}
          format={(calls) => Math.round(calls).toLocaleString('en')}
          series={[
            { name: 'Answered', color: 1, values: answered, isFilled: true },
            { name: 'Failed', color: 3, values: failed },
          ]}
        />
      </div>
      <div className="panel">
        <Chart
          title="Latency"
          times={times}
          marks={marks}
          format={formatDuration}
          series={[
            { name: 'p50', color: 1, values: p50, isFilled: true },
            { name: 'p95', color: 2, values: p95 },
          ]}
        />
      </div>
    </div>
  );
}

interface FiguresProps {
  traffic: Pick<Schemas['PluginTraffic'], 'by_version' | 'total'> | undefined;
  period: string;
  /** Name of the live version in the counts. */
  live: string | null;
  /** Leads to what failed calls printed. */
  log?: ReactNode;
  /** The instance. */
  children: ReactNode;
}

/** Shows the period's calls, errors, latencies and mean batches, and the instance. */
export function TrafficFigures({ traffic, period, live, log, children }: FiguresProps) {
  const { calls = 0, errors = 0 } = traffic?.total ?? {};
  const served = traffic?.by_version.find(({ version }) => version === live);
  return (
    <Figures>
      <Figure name={`Calls, ${period}`}>{calls.toLocaleString('en')}</Figure>
      <Figure name={`Errors, ${period}`}>
        {errorShare({ calls, errors })} <small>{counted(errors, 'call')}</small> {errors > 0 && log}
      </Figure>
      <Figure name={`Latency, ${period}`}>
        <span className="reading">
          {served ? formatDuration(served.p50_ms ?? 0) : '–'} <small>p50</small>
        </span>{' '}
        <span className="reading">
          {served ? formatDuration(served.p95_ms ?? 0) : '–'} <small>p95</small>
        </span>
      </Figure>
      {served?.batches && (
        <Figure name={`Batch, ${period}`}>
          <span className="reading">
            {served.batches.mean_size} <small>calls</small>
          </span>{' '}
          <span className="reading">
            {formatDuration(served.batches.mean_wait_ms)} <small>wait</small>
          </span>
        </Figure>
      )}
      <Figure name="Instance">
        <small>{children}</small>
      </Figure>
    </Figures>
  );
}
