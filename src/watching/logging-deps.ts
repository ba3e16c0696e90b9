// Gives the lines of one request, message or tick what tells them apart from those of others.
import { type LogFields, withFields } from '../core/log.ts';
import type { Deps } from '../deps.ts';

/** Returns the deps with a log that adds the fields, also to the line about work that was deferred and failed. */
export function loggingDeps(deps: Deps, fields: () => LogFields): Deps {
  const log = withFields(deps.log, fields);
  const defer: Deps['defer'] = (work) =>
    deps.defer(work.catch((cause: unknown) => log.error('deferred.failed', { cause })));
  return { ...deps, log, defer };
}
