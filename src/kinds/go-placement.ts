// Decides where instances of a Go plugin version run. An isolate has no grants, files or region. The builder decides whether the source
// compiles for one.
import { readJurisdiction } from '../access/organizations.ts';
import type { InstallError } from '../contract/builder/go-plugins.ts';
import type { Capabilities } from '../contract/builder/machine/capabilities.ts';
import { isolateLimits } from '../contract/limits/isolates.ts';
import { listPermissions } from '../contract/plugin/permission-text.ts';
import {
  needsContainer,
  type RequestedPlacement,
  type VersionPlacement,
} from '../contract/plugin/version-placement.ts';
import type { Deps } from '../deps.ts';
import type { DescribedPlugin } from './driver.ts';

/** Returns why the builder runs no isolates. Callers report a reason in the plugin itself first, because it tells the author more. */
export function isolatesRefusal(isolates: Capabilities['isolates']): string | undefined {
  return isolates.available ? undefined : `there are no isolates here (${isolates.reason})`;
}

/** Returns why the plugin can't run in an isolate regardless of its source; undefined if an isolate build is worth trying. */
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

/** Returns the placement, or an error if an isolate was requested but is impossible. */
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

/** Formats the placement for the log: `runs in a container: uses net/http: needs a container`. */
export function formatPlacement({ place, reason }: VersionPlacement): string {
  return `runs in ${place === 'isolate' ? 'an isolate' : 'a container'}${reason === null ? '' : ` (${reason})`}`;
}
