// The columns of lists of deployments.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { tookMs, triggerNames, triggerOf } from '../../data/deployment-trigger.ts';
import { callsByPlugin, pluginOverviewsQuery } from '../../data/plugin-calls.ts';
import { Actor } from '../../parts/actor.tsx';
import { DeploymentStatus } from '../../parts/status.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { duration, Time } from '../../parts/time.tsx';
import { visible } from '../../parts/visible-text.ts';

type Deployment = Schemas['DeploymentEntry'];

interface Props {
  namespace: string;
  deployments: Deployment[] | undefined;
  /** For screen readers. */
  caption?: string;
}

export function DeploymentTable({ namespace, deployments, caption = 'Deployments, newest first' }: Props) {
  const { data: plugins } = useQuery(pluginOverviewsQuery(namespace));
  const overviews = callsByPlugin(plugins ?? []);
  const columns: Column<Deployment>[] = [
    {
      id: 'plugin',
      title: 'Plugin',
      sortBy: ({ name }) => name,
      cell: ({ deployment_id: deployment, name, version }) => (
        <Link to="/n/$namespace/deployments/$deployment" params={{ namespace, deployment }}>
          {name} <code>{visible(version)}</code>
        </Link>
      ),
    },
    {
      id: 'state',
      title: 'State',
      sortBy: ({ status }) => status,
      cell: (deployment) => (
        <DeploymentStatus deployment={deployment} plugin={overviews.get(`${deployment.kind} ${deployment.name}`)} />
      ),
    },
    ...otherColumns,
  ];
  return <Table caption={caption} columns={columns} rows={deployments} keyOf={({ deployment_id }) => deployment_id} />;
}

const otherColumns: Column<Deployment>[] = [
  {
    id: 'trigger',
    title: 'Trigger',
    hidden: 'below-900',
    sortBy: triggerOf,
    cell: (row) => triggerNames[triggerOf(row)],
  },
  { id: 'actor', title: 'Who', hidden: 'below-900', cell: ({ created_by }) => <Actor actor={created_by} /> },
  {
    id: 'detail',
    title: 'Detail',
    kind: 'varies',
    hidden: 'below-600',
    cell: ({ error }) => visible(error?.split('\n')[0] ?? ''),
  },
  { id: 'took', title: 'Took', kind: 'figure', hidden: 'below-900', sortBy: tookMs, cell: tookText },
  {
    id: 'started',
    title: 'Started',
    kind: 'time',
    sortBy: ({ created_at }) => created_at,
    cell: ({ created_at }) => <Time at={created_at} />,
  },
];

function tookText(deployment: Deployment): string {
  const ms = tookMs(deployment);
  return ms === null ? '–' : duration(ms);
}
