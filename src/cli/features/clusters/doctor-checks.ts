// Checks clusters for `slipway doctor`.
import type { SlipwayClient } from '../../../client/client.ts';
import { ApiError } from '../../../client/errors.ts';
import { serverCheckMs } from '../../../contract/limits/requests.ts';
import { type Finding, lacking, right } from '../../command/finding.ts';
import { formatTime } from '../../terminal/duration.ts';

/** Only plugins that need a GPU need a cluster, so having none is fine. Servers of other versions may not support clusters. */
export async function checkClusters(client: SlipwayClient): Promise<Finding[]> {
  try {
    const { results } = await client.get('/v1/clusters', { signal: AbortSignal.timeout(serverCheckMs) });
    return results.map(({ name, state, ray_version, checked_at }) => {
      const checked = `checked ${formatTime(checked_at)}`;
      if (state === 'ready') return right('cluster', `${name}: Ray ${ray_version}, ${checked}`);
      const fix = `ask an operator to run \`slipway clusters check ${name}\``;
      return lacking('cluster', `${name}: ${state}, ${checked}`, fix);
    });
  } catch (error) {
    if (error instanceof ApiError) return [];
    throw error;
  }
}
