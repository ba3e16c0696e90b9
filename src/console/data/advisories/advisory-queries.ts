// Queries for the versions that advisories affect.
import type { Severity } from '../../../contract/advisories.ts';
import { api, type Schemas } from '../api.ts';
import { pagedQuery } from '../paged-query.ts';

export type Affected = Schemas['AffectedVersion'];

export interface AdvisoryFilter {
  live?: boolean | undefined;
  plugin?: string | undefined;
  severity?: Severity | undefined;
}

export const advisoriesQuery = ({ live, plugin, severity }: AdvisoryFilter) => {
  const filter = {
    ...(live ? { live: 'true' as const } : {}),
    ...(plugin === undefined ? {} : { plugin }),
    ...(severity === undefined ? {} : { severity }),
  };
  return pagedQuery(['advisories', filter], {
    load: (page, signal) => api.get('/v1/advisories', { query: { ...filter, ...page }, signal }),
  });
};

/** Repeats the contract's list, whose module would bring its schemas along. */
export const severities = ['low', 'medium', 'high', 'critical'] as const satisfies readonly Severity[];
