// Decides where the instances of a Go plugin's version run. An isolate has no grants, no files and no region; whether the source can be
// built for it, the builder says.
import { readJurisdiction } from '../access/organizations.ts';
import type { Capabilities } from '../contract/builder/capabilities.ts';
import { isolateLimits } from '../contract/limits/isolates.ts';
import type { InstallError } from '../contract/plugin/go-plugins.ts';
import { listPermissions } from '../contract/plugin/permission-text.ts';
import {
  needsContainer,
  type RequestedPlacement,
  type VersionPlacement,
} from '../contract/plugin/version-placement.ts';
import type { Deps } from '../deps.ts';
import type { DescribedPlugin } from './driver.ts';

/** Returns why the builder runs no isolates. A reason of the plugin's own says more to its author, and comes first. */
export function isolatesRefusal(isolates: Capabilities['isolates']): string | undefined {
  return isolates.available ? undefined : `there are no isolates here (${isolates.reason})`;
}

/** Returns why the plugin cannot run in an isolate, whatever its source has. Undefined: it is worth building for one. */
export async function reasonBeforeBuild(
  deps: Pick<Deps, 'db'>,
  { claim: { upload }, facts }: DescribedPlugin,
): Promise<string | undefined> {
  const { kind, organizationId } = upload;
  const { timeout_s = 0, later_timeout_s = 0, ...grants } = facts.definition?.permissions ?? {};
  const timeout = Math.max(timeout_s, later_timeout_s);
  if (kind !== 'pipeline') return needsContainer(`a ${kind} plugin keeps files`);
  const asked = listPermissions(grants);
  if (asked.length > 0) return needsContainer(`asks for grants (${asked.join(', ')})`);
  if (timeout > isolateLimits.timeoutSecondsMax)
    return needsContainer(`asks for a time limit of ${timeout} s, above ${isolateLimits.timeoutSecondsMax} s`);
  const region = await readJurisdiction(deps, organizationId);
  return region === null ? undefined : needsContainer(`its organization is restricted to the region ${region}`);
}

/** Returns the placement, or the error of an isolate that was asked for and is impossible. */
export function placeVersion(
  requested: RequestedPlacement,
  reason: string | undefined,
): VersionPlacement | { error: InstallError } {
  if (requested === 'container') return { place: 'container', requested, reason: null };
  if (reason === undefined) return { place: 'isolate', requested, reason: null };
  if (requested === 'auto') return { place: 'container', requested, reason };
  const message = `The placement isolate is not possible: ${reason}.`;
  return { error: { code: 'needs-container', message } };
}

/** For the log: `runs in a container: uses net/http: needs a container`. */
export function formatPlacement({ place, reason }: VersionPlacement): string {
  return `runs in ${place === 'isolate' ? 'an isolate' : 'a container'}${reason === null ? '' : ` (${reason})`}`;
}
