// Queries for later calls. They belong to the organization, regardless of their plugin's namespace.
import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod/mini';
import { busyMs } from '../../../contract/limits/requests.ts';
import { laterCallStates } from '../../../contract/states.ts';
import { api, type Schemas } from '../api.ts';
import { pagedQuery } from '../paged-query.ts';

export type LaterCall = Schemas['LaterCall'];
export type LaterCallState = LaterCall['status'];

export const laterCallsKey = ['later-calls'];
export const laterCallSearch = { status: z.catch(z.optional(z.enum(laterCallStates)), undefined) };

export const laterCallsQuery = (status: LaterCallState | undefined) =>
  pagedQuery([...laterCallsKey, 'all', status ?? ''], {
    load: (page, signal) => api.get('/v1/calls', { query: { ...page, ...(status && { status }) }, signal }),
    isBusy: ({ results }) => results.some(({ ended_at }) => ended_at === null),
  });

export const laterCallQuery = (call_id: string) =>
  queryOptions({
    queryKey: [...laterCallsKey, call_id],
    queryFn: ({ signal }) => api.exact('get', '/v1/calls/{call_id}', 'answer.result', { path: { call_id }, signal }),
    refetchInterval: ({ state }) => (state.data?.ended_at === null ? busyMs : false),
  });
