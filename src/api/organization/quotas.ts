// Serves an organization's usage and quotas, and defines their schema, which the admin surface also uses.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type OrganizationDetails, organizationById } from '../../access/organizations.ts';
import type { QuotaResource } from '../../contract/limits/quotas.ts';
import type { HeldBytes } from '../../db/quotas.ts';
import { type AppEnv, requireActor } from '../context.ts';
import { bearer, errors, json, newRouter } from '../openapi/route-definitions.ts';

/** Builds an object schema with a field per resource, written out so that the OpenAPI document lists the fields. */
export function perResource<Schema extends z.ZodType>(schema: (resource: QuotaResource) => Schema) {
  return z.object({
    plugins_per_namespace: schema('plugins_per_namespace'),
    stored_bytes: schema('stored_bytes'),
    live_deployments: schema('live_deployments'),
    instances: schema('instances'),
    warm_instances: schema('warm_instances'),
    keys: schema('keys'),
    namespaces: schema('namespaces'),
    webhook_endpoints: schema('webhook_endpoints'),
    model_uploads: schema('model_uploads'),
    log_bytes_per_day: schema('log_bytes_per_day'),
    parallel_runs: schema('parallel_runs'),
    parallel_later_calls: schema('parallel_later_calls'),
    queued_later_calls: schema('queued_later_calls'),
    unfinished_runs: schema('unfinished_runs'),
  });
}

const usageModel = z.object({ used: z.int(), max_allowed: z.int() }).openapi('QuotaUsage');

const heldModel = z
  .object({
    archives: z.int().openapi({ example: 52_428_800 }),
    models: z.int().openapi({ example: 1_073_741_824 }),
    artifacts: z.int().openapi({ example: 20_971_520 }),
    runs: z.int().openapi({ example: 268_435_456 }),
    later_calls: z.int().openapi({ example: 1_048_576 }),
    logs: z.int().openapi({ example: 10_485_760 }),
  })
  .openapi('HeldBytes', {
    description: 'Stored bytes by kind, including bytes reserved for current uploads and runs',
  });

export const quotasModel = perResource(() => usageModel)
  .extend({ stored_bytes: usageModel.extend({ held_by: heldModel }).openapi('StoredBytesUsage') })
  .openapi('Quotas', {
    description: 'For `plugins_per_namespace`, `used` is the count of the fullest namespace',
  });

function heldBy(held: HeldBytes): z.infer<typeof heldModel> {
  return { archives: 0, models: 0, artifacts: 0, runs: 0, later_calls: 0, logs: 0, ...held };
}

export function quotasWire({ used, allowed, held }: OrganizationDetails): z.infer<typeof quotasModel> {
  const of = (resource: QuotaResource) => ({ used: used[resource], max_allowed: allowed[resource] });
  return {
    plugins_per_namespace: of('plugins_per_namespace'),
    stored_bytes: { ...of('stored_bytes'), held_by: heldBy(held) },
    live_deployments: of('live_deployments'),
    instances: of('instances'),
    warm_instances: of('warm_instances'),
    keys: of('keys'),
    namespaces: of('namespaces'),
    webhook_endpoints: of('webhook_endpoints'),
    model_uploads: of('model_uploads'),
    log_bytes_per_day: of('log_bytes_per_day'),
    parallel_runs: of('parallel_runs'),
    parallel_later_calls: of('parallel_later_calls'),
    queued_later_calls: of('queued_later_calls'),
    unfinished_runs: of('unfinished_runs'),
  };
}

const list = createRoute({
  tags: ['Quotas'],
  security: bearer,
  method: 'get',
  path: '/',
  operationId: 'listQuotas',
  summary: "List the organization's usage and quotas",
  description:
    "Returns the usage and quotas of the key's organization. Needs no scope. Only operators can change quotas.",
  responses: {
    200: json('Usage and quotas', z.object({ organization_id: z.string(), quotas: quotasModel })),
    ...errors(401),
  },
});

export function quotas(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(list, async (c) => {
    const { organizationId } = requireActor(c);
    const details = await organizationById(c.var.deps, organizationId);
    return c.json({ organization_id: organizationId, quotas: quotasWire(details) }, 200);
  });
  return routes;
}
