// Calls the features when a version is changed.
import type { VersionId } from '../../core/ids.ts';
import type { Statement } from '../../db/client.ts';
import type { Deps } from '../../deps.ts';
import type { VersionChange } from '../../points.ts';

/** Builds the features' statements for the batch that changes a version. */
export function changeStatements({ db, features }: Pick<Deps, 'db' | 'features'>, change: VersionChange): Statement[] {
  return features.flatMap((feature) => feature.versionChanging?.(db, change) ?? []);
}

/** Tells the features that a version was accepted or decided. The answer doesn't wait for them. */
export function announceChange(deps: Deps, id: VersionId): void {
  for (const feature of deps.features) if (feature.versionChanged) deps.defer(feature.versionChanged(deps, id));
}
