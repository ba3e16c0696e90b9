// Draws which version answers a call by name while a release is active. The draw depends only on the release and the caller's key, so
// the same caller keeps its version while the candidate's share grows.
import type { Actor } from '../../access/actor.ts';
import type { ReleaseId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { versionLabel } from '../../registry/versions/versions.ts';
import type { Drawn, Route, RouteRelease } from '../route-lookup.ts';
import { currentSetting, type ReleaseCounts } from './counts.ts';

export interface DrawDeps {
  releaseCounts: ReleaseCounts;
  /** ID of the API request that makes the call. */
  requestId?: string | undefined;
  /** The header `Slipway-Key`: whom the call is for. */
  callerKey?: string | undefined;
  /** Header text of the version that must answer (`versionHeader`), of a Go plugin. */
  only?: string | undefined;
}

/** Returns the version's label for the header `Slipway-Version`. A Git ref may have any characters. */
export function versionHeader(version: Route['version']): string {
  return encodeURI(versionLabel(version));
}

/** Returns the route of the version that answers the call: the given one if no release is active. */
export function drawVersion(deps: DrawDeps, actor: Pick<Actor, 'ref'>, route: Route): Route {
  const { release } = route;
  if (deps.only !== undefined) return chosenVersion(deps.only, route);
  if (!release) return route;
  const { weight } = currentSetting(deps.releaseCounts, release);
  const key = stickyKeyOf(deps, actor, release);
  const hash = hashOf(release.id, key ?? deps.requestId ?? crypto.randomUUID());
  const isCandidate = hash % shares < weight && release.candidate !== null;
  const side = isCandidate ? 'candidate' : 'stable';
  const stickyKey = key === undefined ? null : hash.toString(36);
  const drawn: Drawn = { release, side, stable: route.version, weight, stickyKey, started: false };
  return { ...((isCandidate && release.candidate) || route), drawn };
}

/** A chosen version isn't drawn, so its calls don't count for the release. */
function chosenVersion(only: string, route: Route): Route {
  const chosen = [route, route.release?.candidate].find((one) => one && versionHeader(one.version) === only);
  if (chosen) return chosen;
  const { name } = route.version;
  throw new Problem('not-found', `${name} has no live version ${only}`, {
    details: { resource: 'plugin', id: name },
    hint: 'Slipway-Version chooses the version that serves the name, or the candidate of its active release.',
  });
}

/** Weights are hundredths of a percent. */
const shares = 10_000;

function stickyKeyOf({ callerKey }: DrawDeps, { ref }: Pick<Actor, 'ref'>, { plan }: RouteRelease): string | undefined {
  if (callerKey !== undefined) return callerKey;
  return plan.sticky === 'key' ? `${ref.type}/${ref.id}` : undefined;
}

/** Hashes the key (FNV-1a), then mixes the bits (MurmurHash3's finalizer), since IDs of the same time differ only at their ends. */
function hashOf(id: ReleaseId, key: string): number {
  let hash = 0x811c9dc5;
  const text = `${id}/${key}`;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
