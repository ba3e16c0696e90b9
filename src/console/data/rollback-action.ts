// Names what a rollback to a version does.
import type { Schemas } from './api.ts';

/** The same request promotes a version that was never live, and ends a release if the version is its stable one. */
export function rollbackAction(
  version: string,
  { rollback_targets, serving_version }: Schemas['PluginVersions'],
): string {
  return version === serving_version || rollback_targets.includes(version)
    ? `Roll back to ${version}`
    : `Make ${version} live`;
}
