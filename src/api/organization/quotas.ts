// Serves an organization's usage and quotas, and defines their schema, which the admin surface also uses.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { type OrganizationDetails, organizationById } from '../../access/organizations.ts';
import { perResource } from '../../contract/limits/quotas.ts';
import { type AppEnv, requireActor } from '../context/context.ts';
import { json, newRouter, routesOf } from '../openapi/route-definitions.ts';

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

export const quotasModel = z
  .object(perResource(() => usageModel))
  .extend({ stored_bytes: usageModel.extend({ held_by: heldModel }).openapi('StoredBytesUsage') })
  .openapi('Quotas', {
    description: 'For `plugins_per_namespace`, `used` is the count of the fullest namespace',
  });

export function quotasWire({ used, allowed, held }: OrganizationDetails): z.infer<typeof quotasModel> {
  const quotas = perResource((resource) => ({ used: used[resource], max_allowed: allowed[resource] }));
  const held_by = { archives: 0, models: 0, artifacts: 0, runs: 0, later_calls: 0, logs: 0, ...held };
  return { ...quotas, stored_bytes: { ...quotas.stored_bytes, held_by } };
}

const list = routesOf('Quotas').get('/', 'listQuotas', {
  'x-slipway-command': 'quotas list',
  summary: "List the organization's usage and quotas",
  description:
    "Returns the usage and quotas of the key's organization. Needs no scope. Only operators can change quotas.",
  responses: { 200: json('Usage and quotas', z.object({ organization_id: z.string(), quotas: quotasModel })) },
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
