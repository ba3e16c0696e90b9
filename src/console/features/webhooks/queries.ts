// Queries for webhooks with their deliveries.
import { queryOptions } from '@tanstack/react-query';
import { idleMs, pendingMs } from '../../../contract/limits/requests.ts';
import { api, type Schemas } from '../../data/api.ts';
import { pagedQuery } from '../../data/paged-query.ts';

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
