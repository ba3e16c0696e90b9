// Columns for deployment lists.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { formatDuration } from '../../../core/quantities.ts';
import type { Schemas } from '../../data/api.ts';
import {
  deploymentDetail,
  deploymentSince,
  findTrigger,
  tookMs,
  triggerNames,
} from '../../data/deployments/deployment-trigger.ts';
import { callsByPlugin, pluginOverviewsQuery } from '../../data/plugin-calls.ts';
import { Actor } from '../../parts/actor.tsx';
import { timeColumn } from '../../parts/columns.tsx';
import { DeploymentStatus } from '../../parts/status.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
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
  const pluginOf = ({ kind, name }: Deployment) => overviews.get(`${kind} ${name}`);
  const detailOf = (deployment: Deployment) => deploymentDetail(deployment, pluginOf(deployment));
  const hasDetail = deployments?.some((deployment) => detailOf(deployment) !== '') ?? true;
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
      cell: (deployment) => <DeploymentStatus deployment={deployment} plugin={pluginOf(deployment)} />,
    },
    {
      id: 'since',
      title: 'Since',
      kind: 'time',
      hidden: 'below-900',
      sortBy: (deployment) => deploymentSince(deployment, pluginOf(deployment)),
      cell: (deployment) => <Time at={deploymentSince(deployment, pluginOf(deployment))} />,
    },
    ...requestColumns,
    ...(hasDetail
      ? [
          {
            id: 'detail',
            title: 'Detail',
            kind: 'varies',
            hidden: 'below-600',
            cell: (deployment) => visible(detailOf(deployment)),
          } satisfies Column<Deployment>,
        ]
      : []),
    ...timeColumns,
  ];
  return (
    <Table
      caption={caption}
      order="-started"
      columns={columns}
      rows={deployments}
      keyOf={({ deployment_id }) => deployment_id}
    />
  );
}

const requestColumns: Column<Deployment>[] = [
  {
    id: 'trigger',
    title: 'Trigger',
    hidden: 'below-900',
    sortBy: findTrigger,
    cell: (row) => triggerNames[findTrigger(row)],
  },
  { id: 'actor', title: 'Who', hidden: 'below-900', cell: ({ created_by }) => <Actor actor={created_by} /> },
];

const timeColumns: Column<Deployment>[] = [
  { id: 'took', title: 'Took', kind: 'figure', hidden: 'below-900', sortBy: tookMs, cell: tookText },
  timeColumn('started', 'Started', ({ created_at }) => created_at),
];

function tookText(deployment: Deployment): string {
  const ms = tookMs(deployment);
  return ms === null ? '–' : formatDuration(ms);
}
