// The one condition under which a version may begin to take calls in a namespace (decision 148). Each batch that makes a version live,
// or gives it more calls, asks it, so that what changed since the request counts. test/ways-to-live.extended.test.ts finds batches that
// don't ask.
import { or, type SQL, sql } from 'drizzle-orm';
import type { NamespaceId, VersionId } from '../core/ids.ts';
import { pluginVersions } from '../db/schema/registry.ts';
import { isAvailableIn } from '../registry/versions/visible-versions.ts';
import { isRejected, type PolicyDeps } from '../scan-host/current-verdict.ts';
import { isUnrefused } from './advisory-refusal.ts';
import { isLive } from './pointers.ts';

interface Asked {
  namespaceId: NamespaceId;
  versionId: VersionId | SQL<VersionId>;
}

interface Way {
  /** True for ways that start no code: the scan policy refuses no live version. */
  liveStays?: boolean;
  /** SQL: advisories can refuse this way. By default, they can. */
  refusable?: SQL;
  /** True for the batch that enables the version. */
  toEnable?: boolean;
  /** Refuses a version that was yanked at this time or later. One that was named may have been yanked before. */
  yankedSince?: number;
}

/**
 * SQL: the version exists, belongs to the namespace or is enabled there, and isn't shadowed; it is approved where that is demanded, and
 * isn't quarantined; neither the scan policy nor the namespace's rule about advisories refuses it.
 */
export function mayTakeCalls(
  deps: PolicyDeps,
  { namespaceId, versionId }: Asked,
  { liveStays = false, refusable = sql`true`, yankedSince, toEnable = false }: Way = {},
): SQL {
  const live = liveStays ? isLive(namespaceId, versionId) : undefined;
  const rejected = sql`exists (select 1 from ${pluginVersions} where ${pluginVersions.id} = ${versionId} and ${isRejected(deps)})`;
  const unrefused = sql`(not ${refusable} or ${isUnrefused({ namespaceId, versionId: sql`${versionId}` })})`;
  const yanked =
    yankedSince === undefined
      ? sql`false`
      : sql`exists (select 1 from ${pluginVersions} where ${pluginVersions.id} = ${versionId} and ${pluginVersions.yanked} ->> '$.at' >= ${yankedSince})`;
  return sql`(not ${yanked} and ${isAvailableIn(namespaceId, versionId, { toEnable })} and ${or(live, sql`not ${rejected}`)} and ${unrefused})`;
}
