// For operators: the admin token makes organizations and their first key, and nothing else does at run time (design §8).
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { createOrganization } from '../../access/organizations.ts';
import { iso } from '../../core/clock.ts';
import { secretsEqual } from '../../core/digest.ts';
import { Problem } from '../../core/problem.ts';
import type { AppEnv } from '../context.ts';
import { idempotent } from '../idempotency.ts';
import { jsonAtMost } from '../middleware.ts';
import { bearer, body, errors, json, newRouter } from '../openapi.ts';

const makeOrganization = createRoute({
  method: 'post',
  path: '/organizations',
  tags: ['Admin'],
  summary: 'Make an organization and its first key',
  description: 'Needs the admin token. The key is shown in this answer only.',
  security: bearer,
  request: {
    body: body(
      z.object({
        name: z.string().min(1).max(100),
        plugins_per_namespace: z
          .int()
          .min(0)
          .max(100_000)
          .optional()
          .openapi({ description: 'Quota of plugins in one namespace; 10 when left out.' }),
      }),
    ),
  },
  responses: {
    200: json(
      'The organization, its default namespace and its first key',
      z.object({
        success: z.literal(true),
        organization_id: z.string(),
        name: z.string(),
        namespace_id: z.string(),
        key_id: z.string(),
        api_key: z.string(),
        created_at: z.iso.datetime(),
      }),
    ),
    ...errors(401, 422),
  },
});

export function admin(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use(async (c, next) => {
    const token = /^Bearer (\S+)$/.exec(c.req.header('authorization') ?? '')?.[1];
    if (token === undefined || !(await secretsEqual(token, c.var.deps.adminToken)))
      throw new Problem('unauthorized', 'This needs the admin token');
    await next();
  });
  routes.use(idempotent, jsonAtMost(64 * 1024));
  return routes.openapi(makeOrganization, async (c) => {
    const { name, plugins_per_namespace } = c.req.valid('json');
    const quota = plugins_per_namespace === undefined ? {} : { pluginsPerNamespaceMax: plugins_per_namespace };
    const made = await createOrganization(c.var.deps, { name, actor: { type: 'admin', id: 'admin-token' }, ...quota });
    return c.json(
      {
        success: true as const,
        organization_id: made.organizationId,
        name,
        namespace_id: made.namespaceId,
        key_id: made.keyId,
        api_key: made.key,
        created_at: iso(made.createdAt),
      },
      200,
    );
  });
}
