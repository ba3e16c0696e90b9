// A plugin's calls by version. The overview loads it apart, since it is at the page's end.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { isFailing } from '../../../contract/health.ts';
import { formatDuration } from '../../../core/quantities.ts';
import type { Schemas } from '../../data/api.ts';
import { type TrafficPeriod, trafficQuery } from '../../data/plugin-history.ts';
import { errorShare } from '../../parts/figures.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { periodNames } from './plugin-traffic.tsx';
import { PluginUse } from './plugin-use.tsx';

type ByVersion = Schemas['PluginTraffic']['by_version'][number];

const columns: Column<ByVersion>[] = [
  { id: 'version', title: 'Version', cell: ({ version }) => <code>{version.slice(0, 12)}</code> },
  { id: 'calls', title: 'Calls', kind: 'figure', cell: ({ calls }) => calls.toLocaleString('en') },
  { id: 'errors', title: 'Failed', kind: 'figure', cell: ({ errors }) => errors.toLocaleString('en') },
  { id: 'share', title: 'Errors', kind: 'figure', cell: (calls) => shareOf(calls) },
  { id: 'p50', title: 'p50', kind: 'figure', cell: ({ p50_ms }) => formatDuration(p50_ms ?? 0) },
  { id: 'p95', title: 'p95', kind: 'figure', cell: ({ p95_ms }) => formatDuration(p95_ms ?? 0) },
];

/** Shows a version's share of failed calls, marked if the version counts as failing. */
function shareOf(calls: ByVersion): ReactNode {
  const text = errorShare(calls);
  return isFailing(calls) ? <strong className="problem">{text}</strong> : text;
}

interface ByVersionProps {
  traffic: { by_version: ByVersion[] };
  hours?: TrafficPeriod;
}

export function TrafficByVersion({ traffic: { by_version }, hours = 24 }: ByVersionProps) {
  if (by_version.length === 0) return <p className="quiet">No calls in the last {periodNames[hours]}.</p>;
  return (
    <Table
      caption={`Calls in the last ${periodNames[hours]} by version`}
      columns={columns}
      rows={by_version}
      keyOf={({ version }) => version}
    />
  );
}

interface Props {
  namespace: string;
  name: string;
}

/** Shows the plugin's usage, and each version's calls if several versions were called. */
export default function PluginVersionsTraffic(plugin: Props) {
  return (
    <>
      <PluginUse {...plugin} />
      <VersionsTraffic {...plugin} />
    </>
  );
}

function VersionsTraffic({ namespace, name }: Props) {
  const { hours } = useSearch({ from: '/signed-in/n/$namespace/plugins/$name/' });
  const { data } = useQuery({ ...trafficQuery(namespace, name, hours), placeholderData: keepPreviousData });
  if (!data || data.by_version.length < 2) return null;
  return (
    <section aria-labelledby="by-version">
      <h2 id="by-version">Calls by version, {periodNames[hours ?? 24]}</h2>
      <TrafficByVersion traffic={data} hours={hours ?? 24} />
    </section>
  );
}
