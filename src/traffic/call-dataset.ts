// Writes a data point for each call into a dataset of the platform (Workers Analytics Engine), which answers questions that metrics can't:
// they show few plugins and no deployments. Nothing waits for it, and what it does not take is lost.
import type { CallDataset, Deps } from '../deps.ts';
import type { CountedCall } from './call-counters.ts';

/** One of the calls that are counted, with what a counter does not tell apart. */
export interface DescribedCall extends CountedCall {
  organizationId: string;
  kind: string;
  name: string;
  deploymentId: string;
}

/**
 * Adds the call to the dataset, if there is one. The order of its fields is part of each query (docs/watching.md): a new one goes to the end.
 * An invocation has one call, or those of a message (`laterCalls.callsOfMessage`); the platform takes 250 data points of it.
 */
export function describeCall(
  { callDataset, clock, log }: Pick<Deps, 'callDataset' | 'clock' | 'log'>,
  call: DescribedCall,
): void {
  if (!callDataset) return;
  try {
    callDataset.writeDataPoint(dataPointOf(call, clock.now() - call.startedAt));
  } catch (cause) {
    log.warn('call.not_described', { cause });
  }
}

function dataPointOf(
  { deploymentId, failed, kind, name, namespaceId, organizationId, pluginId, version }: DescribedCall,
  tookMs: number,
): Parameters<CallDataset['writeDataPoint']>[0] {
  return {
    indexes: [organizationId],
    blobs: [namespaceId, kind, name, pluginId, version, deploymentId, failed ? 'error' : 'ok'],
    doubles: [tookMs],
  };
}
