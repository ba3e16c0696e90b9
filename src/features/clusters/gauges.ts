// Defines the metrics of clusters.
import { sql } from 'drizzle-orm';
import { clusterLimits } from '../../contract/features/clusters/limits.ts';
import { metrics } from '../../contract/limits/traffic.ts';
import type { Gauge } from '../../points.ts';
import { clusterApplications, clusters } from './tables.ts';

const all = sql`from ${clusters} where ${clusters.name} > '' order by ${clusters.name} limit ${clusterLimits.perInstallationMax}`;
const named = sql`json_object('cluster', ${clusters.name}) as labels`;
const running = sql`select 1 from ${clusterApplications} where ${clusterApplications.clusterId} = ${clusters.id}
  and ${clusterApplications.removedAt} is null limit ${metrics.countedMax}`;

export const gauges: readonly Gauge[] = [
  {
    name: 'slipway_cluster_state',
    help: "1 for the Ray cluster's state at its last check.",
    samples: () =>
      sql`select json_object('cluster', ${clusters.name}, 'state', ${clusters.state}) as labels, 1 as value ${all}`,
  },
  {
    name: 'slipway_cluster_check_age_seconds',
    help: "Time since the Ray cluster's last check started.",
    samples: (now) => sql`select ${named}, max(0, ${now} - ${clusters.checkedAt}) / 1000.0 as value ${all}`,
  },
  {
    name: 'slipway_cluster_applications',
    help: 'Applications of deployments and runs on the Ray cluster.',
    samples: () => sql`select ${named}, (select count(*) from (${running})) as value ${all}`,
  },
];
