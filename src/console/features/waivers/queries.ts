// Queries for waivers.
import { queryOptions } from '@tanstack/react-query';
import { api, type Schemas } from '../../data/api.ts';
import { pagedQuery } from '../../data/paged-query.ts';

export const waiverStates = ['active', 'expired', 'revoked'] as const satisfies readonly Schemas['Waiver']['status'][];

export const waiversQuery = (status: (typeof waiverStates)[number] | undefined) =>
  pagedQuery(['waivers', status ?? ''], {
    load: (page, signal) => api.get('/v1/waivers', { query: { ...page, ...(status && { status }) }, signal }),
  });

/** Reads the active waivers for every version of the plugin. */
export const pluginWaiversQuery = (plugin: string) =>
  queryOptions({
    queryKey: ['waivers', 'of-plugin', plugin],
    queryFn: ({ signal }) => api.get('/v1/waivers', { query: { plugin, status: 'active', limit: 100 }, signal }),
  });
