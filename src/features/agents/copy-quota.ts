// Computes whether a copy of an agent plugin's artifact fits into its organization's storage budget.
import { sql } from 'drizzle-orm';
import type { OrganizationId } from '../../core/ids.ts';
import type { Quota } from '../../limits/quotas.ts';
import { storageQuota } from '../../limits/stored-bytes.ts';
import { agentArtifacts } from './tables.ts';

/** Returns the quota for a copy of an agent plugin's artifact, which may already be stored. */
export function copyQuota(organizationId: OrganizationId, checksum: string, sizeBytes: number): Quota {
  const same = sql`select ${agentArtifacts.sizeBytes} from ${agentArtifacts}
    where ${agentArtifacts.checksum} = ${checksum} and ${agentArtifacts.organizationId} = ${organizationId} and ${agentArtifacts.mirrored} and ${agentArtifacts.yankedAt} is null limit 1`;
  return storageQuota(organizationId, sizeBytes, { replaced: sql`coalesce((${same}), 0)` });
}
