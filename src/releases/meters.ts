// Reaches the objects that measure releases. A name keeps its object, so that starting and ending releases leaves nothing behind: the
// number of objects is bounded by the plugins that an organization may have.
import type { Log } from '../core/log.ts';
import type { Deps, ReleaseObjects, ReleaseOfName } from '../deps.ts';

export function releaseMeters(objects: Pick<ReleaseObjects, 'getByName'>, log: Pick<Log, 'warn'>): Deps['releases'] {
  const objectOf = ({ namespaceId, pluginId }: ReleaseOfName) => objects.getByName(`${namespaceId}/${pluginId}`);
  return {
    report: (release, delta) => objectOf(release).report(release.id, delta),
    follow: (release) => objectOf(release).follow(release.id),
    status: async (release) => {
      try {
        return await objectOf(release).status(release.id);
      } catch (cause) {
        log.warn('release.no_status', { release: release.id, cause });
        return null;
      }
    },
  };
}
