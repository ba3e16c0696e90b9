// Plugins failing now: how, the effect on calls, and where to find the cause.
import { Link } from '@tanstack/react-router';
import type { FailingPlugin } from '../../data/failing-plugins.ts';
import { PluginLink } from '../../parts/plugins/plugin-link.tsx';
import { Status, type Tone } from '../../parts/status.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { visible } from '../../parts/visible-text.ts';

const tones: Record<FailingPlugin['state'], Tone> = {
  Failed: 'bad',
  Failing: 'bad',
  Rejected: 'warning',
  'Update failed': 'warning',
};

interface Props {
  namespace: string;
  failing: FailingPlugin[];
  /** Causes of failed deployments, by deployment ID. */
  causes: ReadonlyMap<string, string>;
}

export function FailingTable({ namespace, failing, causes }: Props) {
  const columns: Column<FailingPlugin>[] = [
    { id: 'plugin', title: 'Plugin', cell: ({ plugin }) => <PluginLink namespace={namespace} plugin={plugin} /> },
    { id: 'state', title: 'State', cell: ({ state }) => <Status tone={tones[state]}>{state}</Status> },
    {
      id: 'effect',
      title: 'Effect',
      kind: 'varies',
      hidden: 'below-600',
      cell: ({ effect, deployment }) => (
        <>
          {effect} <span className="problem">{visible(causes.get(deployment ?? '') ?? '')}</span>
        </>
      ),
    },
    { id: 'why', title: 'Cause', kind: 'figure', cell: (one) => <Why namespace={namespace} failing={one} /> },
  ];
  return (
    <Table
      caption="Failing plugins"
      columns={columns}
      rows={failing}
      keyOf={({ plugin }) => `${plugin.kind} ${plugin.name}`}
    />
  );
}

/** A failed deployment has a cause. Failed calls are explained by the plugin's output. */
function Why({ namespace, failing: { deployment, plugin, state } }: { namespace: string; failing: FailingPlugin }) {
  const label = `Why ${plugin.name} fails`;
  if (deployment !== null)
    return (
      <Link
        to="/n/$namespace/deployments/$deployment"
        className="button small"
        params={{ namespace, deployment }}
        aria-label={label}
      >
        Why
      </Link>
    );
  if (state !== 'Failing') return null;
  return (
    <Link
      to="/n/$namespace/logs"
      className="button small"
      params={{ namespace }}
      search={{ plugin: plugin.name, level: 'error' }}
      aria-label={`Error log of ${plugin.name}`}
    >
      Error log
    </Link>
  );
}
