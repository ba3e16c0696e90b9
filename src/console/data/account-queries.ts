// Queries for the organization's pages: quotas, keys, webhooks with their deliveries.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { idleMs, pendingMs } from '../../contract/limits/requests.ts';
import { api, type Schemas } from './api.ts';
import { pagedQuery } from './paged-query.ts';

export const quotasQuery = queryOptions({
  queryKey: ['quotas'],
  refetchInterval: idleMs,
  queryFn: ({ signal }) => api.get('/v1/quotas', { signal }),
});

export const budgetQuery = queryOptions({
  queryKey: ['budget'],
  refetchInterval: idleMs,
  queryFn: ({ signal }) => api.get('/v1/budget', { signal }),
});

/** Reads the usage of a month, such as `2026-10`, or of the current one. */
export const usageQuery = (month?: string) =>
  queryOptions({
    queryKey: ['usage', month ?? ''],
    queryFn: ({ signal }) => api.get('/v1/usage', { query: { ...(month !== undefined && { month }) }, signal }),
  });

/** Only keys with `keys:admin` can read them. */
export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => api.get('/v1/organization/settings', { signal }),
});

export const keyStates = ['active', 'expired', 'revoked'] as const satisfies readonly Schemas['ApiKey']['status'][];

export const keysQuery = (status: (typeof keyStates)[number] | undefined) =>
  infiniteQueryOptions({
    queryKey: ['keys', status ?? ''],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.get('/v1/keys', {
        query: { limit: 200, ...(status ? { status } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    getNextPageParam: ({ pagination }) => pagination.next_cursor ?? undefined,
  });

const namesMs = 60_000;

/** Reads the names of keys, to show who did something. Only keys with `keys:admin` can read them. */
export const keyNamesQuery = queryOptions({
  queryKey: ['keys', 'names'],
  staleTime: namesMs,
  queryFn: async ({ signal }) => {
    const { results } = await api.get('/v1/keys', { query: { limit: 1000 }, signal });
    return new Map(results.map(({ key_id, name }) => [key_id, name]));
  },
});

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  refetchInterval: idleMs,
  queryFn: ({ signal }) => api.get('/v1/webhooks', { query: { limit: 100 }, signal }),
});

export const webhookQuery = (endpoint_id: string) =>
  queryOptions({
    queryKey: ['webhooks', endpoint_id],
    queryFn: ({ signal }) => api.get('/v1/webhooks/{endpoint_id}', { path: { endpoint_id }, signal }),
    refetchInterval: ({ state }) => (state.data && state.data.deliveries.pending > 0 ? pendingMs : idleMs),
  });

export const deliveryStates = [
  'pending',
  'succeeded',
  'failed',
] as const satisfies readonly Schemas['Delivery']['status'][];

interface DeliveryFilter {
  status?: (typeof deliveryStates)[number] | undefined;
  type?: Schemas['EventFilter'] | undefined;
}

export const deliveriesQuery = (endpoint_id: string, { status, type }: DeliveryFilter) =>
  pagedQuery(['webhooks', endpoint_id, 'deliveries', status ?? '', type ?? ''], {
    load: (page, signal) =>
      api.get('/v1/webhooks/{endpoint_id}/deliveries', {
        path: { endpoint_id },
        query: { ...page, limit: 50, ...(status && { status }), ...(type && { type }) },
        signal,
      }),
    isBusy: ({ results }) => results.some((delivery) => delivery.status === 'pending'),
  });

export const deliveryQuery = (endpoint_id: string, delivery_id: string) =>
  queryOptions({
    queryKey: ['webhooks', endpoint_id, 'delivery', delivery_id],
    queryFn: ({ signal }) =>
      api.get('/v1/webhooks/{endpoint_id}/deliveries/{delivery_id}', { path: { endpoint_id, delivery_id }, signal }),
    refetchInterval: ({ state }) => (state.data?.status === 'pending' ? pendingMs : false),
  });
