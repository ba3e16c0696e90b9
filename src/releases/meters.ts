// Reaches the objects that measure releases.
import type { Log } from '../core/log.ts';
import type { Deps, ReleaseObjects } from '../deps.ts';

export function releaseMeters(objects: Pick<ReleaseObjects, 'getByName'>, log: Pick<Log, 'warn'>): Deps['releases'] {
  return {
    report: (id, delta) => objects.getByName(id).report(id, delta),
    follow: (id) => objects.getByName(id).follow(id),
    status: async (id) => {
      try {
        return await objects.getByName(id).status();
      } catch (cause) {
        log.warn('release.no_status', { release: id, cause });
        return null;
      }
    },
  };
}
