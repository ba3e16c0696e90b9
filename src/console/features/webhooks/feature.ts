// Declares what the console shows of webhooks.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage } from '../../connection/load-code.ts';
import type { ConsoleFeature, EventGroup, EventSubject } from '../../points.ts';
import { eventType, signedIn } from '../../routes/frame.tsx';
import { deliveriesQuery, deliveryQuery, deliveryStates, webhookQuery, webhooksQuery } from './queries.ts';
import { WebhookLink } from './webhook-link.tsx';

const webhooks = createRoute({
  getParentRoute: () => signedIn,
  path: '/webhooks',
  staticData: {
    title: 'Webhooks',
    menu: { in: 'Webhooks', order: 1, scope: 'webhooks:admin', keys: 'w' },
  },
  loader: ({ context: { queries } }) => void queries.prefetchQuery(webhooksQuery),
  component: lazyPage(() => import('./webhooks.tsx'), 'WebhooksPage'),
});

const webhook = createRoute({
  getParentRoute: () => signedIn,
  path: '/webhooks/$endpoint',
  staticData: { title: 'Webhook', under: '/webhooks' },
  validateSearch: z.object({ status: z.optional(z.enum(deliveryStates)), type: eventType }),
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queries }, params: { endpoint }, deps }) => {
    void queries.prefetchQuery(webhookQuery(endpoint));
    void queries.prefetchInfiniteQuery(deliveriesQuery(endpoint, deps));
  },
  component: lazyPage(() => import('./webhook.tsx'), 'WebhookPage'),
});

const delivery = createRoute({
  getParentRoute: () => signedIn,
  path: '/webhooks/$endpoint/deliveries/$delivery',
  staticData: { title: 'Delivery', under: '/webhooks/$endpoint' },
  loader: ({ context: { queries }, params }) =>
    void queries.prefetchQuery(deliveryQuery(params.endpoint, params.delivery)),
  component: lazyPage(() => import('./delivery.tsx'), 'DeliveryPage'),
});

export const pages = [webhooks, webhook, delivery] as const;

const subjects: readonly EventSubject[] = [{ prefix: 'whk_', Link: WebhookLink }];

const eventFilters: readonly EventGroup[] = [{ group: 'webhook.', after: 'oidc.' }];

export const feature: ConsoleFeature = { subjects, eventFilters };
