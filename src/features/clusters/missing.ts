// Says why a plugin can't run on the clusters that its organization may use.
import { noClusterMessage, sandboxFix } from '../../contract/plugin/hardware.ts';
import type { Missing } from '../../contract/plugin/missing.ts';
import { listPermissions } from '../../contract/plugin/permission-text.ts';
import type { AskedOfCluster, OfferedCluster } from '../../points.ts';
import { isOpenFor } from './clusters.ts';

export function missingCluster(
  { hardware, label, models, permissions }: AskedOfCluster,
  trusted: readonly OfferedCluster[],
): Missing[] {
  const missing = (message: string): Missing => ({ kind: 'cluster', names: [], message, commands: [] });
  if (trusted.length === 0) return [missing(noClusterMessage(hardware))];
  const forward = listPermissions({ forward: permissions?.forward });
  const open = trusted.filter((cluster) => isOpenFor(cluster, permissions));
  const isOutOfReach = models.length > 0 && open.length > 0 && open.every(({ reach }) => reach === 'small');
  return [
    ...(open.length > 0 ? [] : [missing(noOpenClusterMessage(label))]),
    ...(isOutOfReach ? [missing(outOfReachMessage('models', open))] : []),
    ...(forward.length === 0
      ? []
      : [
          missing(`${label} asks for ${forward.join(', ')}, and nothing on a Ray cluster can limit it to that target.`),
        ]),
  ];
}

/** Returns why no cluster of the organization runs a plugin that asks for hosts. */
export function noOpenClusterMessage(label: string): string {
  return `${label} asks for the network, and no Ray cluster that accepts this organization's plugins has an open one. Ask the operator for one, with \`slipway clusters add --network open\` or \`slipway clusters edit NAME --network open\`. To leave Ray, ${sandboxFix}; a plugin with a GPU can't.`;
}

/** Returns why a plugin with these files can't run on trusted clusters. */
export function outOfReachMessage(files: string, trusted: readonly { name: string }[]): string {
  const names = trusted.map(({ name }) => name).join(', ');
  return `The plugin has ${files}, and the nodes of ${names} can't reach the store to fetch files. Ask the operator to let them reach it, and then to run \`slipway clusters check ${trusted[0]?.name}\`.`;
}
