// Serves the readiness check, which tests every part that Slipway needs. Like the health check, it needs no key.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Gpus } from '../../contract/builder/machine/gpus.ts';
import { builderConditions, withPublicNames } from '../../contract/builder/machine/reports.ts';
import { readiness } from '../../contract/limits/traffic.ts';
import { Problem } from '../../core/problem.ts';
import { formatSeconds } from '../../core/quantities.ts';
import { checkParts, type Heard, isReady, type PartCheck, type PartName, partStates } from '../../watching/parts.ts';
import { limitedByAddress } from '../authentication/address-limits.ts';
import { knownHostsOnly } from '../authentication/browser-requests.ts';
import type { AppEnv } from '../context/context.ts';
import { errors, json } from '../openapi/route-definitions.ts';

const partModel = z
  .object({
    status: z.enum(partStates).openapi({
      example: 'ok',
      description: '`on-demand`: started for each instance, and therefore not checked.',
    }),
    took_ms: z.int().openapi({ example: 4 }),
  })
  .openapi('PartOfInstallation');

const builderModel = z
  .object({
    name: z.string().openapi({ description: 'Builders of the settings are numbered', example: 'builder 1' }),
    status: z.enum(builderConditions).openapi({ example: 'ok' }),
    took_ms: z.int().openapi({ example: 4 }),
    gpus: z
      .object({
        status: z
          .enum(['ok', 'failed'])
          .openapi({ description: '`failed`: the builder lends none, although it should' }),
        cards: z.int().openapi({ description: 'GPUs that it lends; each MIG device counts', example: 1 }),
      })
      .optional()
      .openapi({ description: 'Omitted unless the builder is to lend GPUs (`BUILDER_GPUS`)' }),
  })
  .openapi('BuilderOfInstallation');

const route = createRoute({
  method: 'get',
  path: '/readyz',
  operationId: 'getReadiness',
  tags: ['Installation'],
  security: [],
  summary: 'Check readiness',
  description: `Checks the database, the store and the builder, each for at most ${formatSeconds(readiness.partMs)}. One builder that responds is enough. A 503 response names the parts that do not respond.`,
  responses: {
    200: json(
      'Every part answers',
      z.object({
        status: z.literal('ready'),
        parts: z.object({ database: partModel, store: partModel, builder: partModel }),
        builders: z
          .array(builderModel)
          .openapi({ description: 'Each builder; empty if every instance has its own container' }),
      }),
    ),
    ...errors(403, 429),
  },
});

export function addReadiness(app: OpenAPIHono<AppEnv>): void {
  app.use(route.path, knownHostsOnly, limitedByAddress);
  app.openapi(route, async (c) => {
    const heard = await checkParts(c.var.deps);
    if (!heard.checks.every(isReady)) throw notReady(heard);
    return c.json({ status: 'ready' as const, ...detailsOf(heard) }, 200);
  });
}

type Parts = Record<PartName, z.infer<typeof partModel>>;

function detailsOf({ builders, checks }: Heard<unknown>) {
  const each = withPublicNames(builders).map(({ condition, health, name, tookMs }) => ({
    name,
    status: condition,
    took_ms: tookMs,
    ...(health?.gpus ? { gpus: gpusOf(health.gpus) } : {}),
  }));
  return { parts: partsOf(checks), builders: each };
}

/** Says neither why nor who holds them, because everyone may ask. */
function gpusOf({ cards, problem }: Gpus) {
  return { status: problem === null ? ('ok' as const) : ('failed' as const), cards: cards.length };
}

function partsOf(checks: readonly PartCheck[]): Parts {
  const none = { status: 'failed' as const, took_ms: 0 };
  const parts: Parts = { database: none, store: none, builder: none };
  for (const { part, state, tookMs } of checks) parts[part] = { status: state, took_ms: tookMs };
  return parts;
}

function notReady(heard: Heard<unknown>): Problem {
  const faults = heard.checks.filter((check) => !isReady(check)).map((check) => `the ${check.part} ${faultOf(check)}`);
  return new Problem('not-ready', `Not ready: ${faults.join('; ')}`, {
    details: detailsOf(heard),
    retryAfterSeconds: readiness.retryAfterSeconds,
  });
}

function faultOf({ state }: PartCheck): string {
  if (state === 'late') return `did not answer within ${formatSeconds(readiness.partMs)}`;
  return state === 'stopping' ? 'is stopping' : 'cannot be used';
}
