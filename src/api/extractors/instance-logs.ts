// What an instance prints, as it is or as it comes: of whichever deployment serves a version, or of one deployment.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type Actor, requireScope } from '../../access/actor.ts';
import { BuilderError, instanceStates } from '../../contract/builder.ts';
import { builderLimits } from '../../contract/limits.ts';
import { Problem } from '../../core/problem.ts';
import { instanceLog } from '../../deploy/builder/instance-log.ts';
import type { Deployment } from '../../deploy/overview.ts';
import { followLogs, type LogPosition } from '../../serve/follow-logs.ts';
import { type AppEnv, actorOf } from '../context.ts';
import { eventStream, lastEventId, type StreamMessage, streamed } from '../event-stream.ts';
import { bearer, errors } from '../openapi/route-definitions.ts';
import { invalidRequest } from '../problem-response.ts';
import { logLineModel } from './deployment-history-wire.ts';

const logModel = z
  .object({
    deployment_id: z.string().nullable().openapi({ description: 'Null: nothing serves' }),
    generation: z.int().nullable(),
    instance_state: z.enum(instanceStates).nullable().openapi({ description: 'Null: there is no instance now' }),
    lines: z.array(logLineModel).openapi({ description: 'Oldest first' }),
  })
  .openapi('InstanceLog');

const query = z.object({
  tail: z.coerce
    .number()
    .int()
    .min(0)
    .max(builderLimits.logLines)
    .default(builderLimits.logLines)
    .openapi({ description: 'At most so many of the lines that are there already' }),
  follow: z.enum(['true', 'false']).default('false').openapi({ description: 'Answer with a stream of what comes' }),
});

export interface LogRoute {
  tag: string;
  path: '/{plugin_id}/logs' | '/{deployment_id}/logs';
  params: z.ZodObject;
  summary: string;
  /** The deployment whose log is meant; null when nothing serves. Refuses what isn't there. */
  find(c: Context<AppEnv>, actor: Actor): Promise<Deployment | null>;
}

export function addInstanceLogs(routes: OpenAPIHono<AppEnv>, { tag, path, params, summary, find }: LogRoute): void {
  const route = createRoute({
    tags: [tag],
    security: bearer,
    method: 'get',
    path,
    operationId: path === '/{plugin_id}/logs' ? 'getPluginLogs' : 'getDeploymentLogs',
    summary,
    description: `The newest ${builderLimits.logLines} lines. What an instance had when it was stopped for good is kept for 30 days; one that fell asleep begins anew. With \`follow=true\` server-sent events: \`log\` with the lines of a deployment, again whenever there are more; the stream ends after five minutes, and Last-Event-ID goes on from there.`,
    request: { params, query, headers: lastEventId },
    responses: {
      200: {
        description: 'The lines, or a stream of them',
        content: { 'application/json': { schema: logModel }, ...streamed },
      },
      ...errors(401, 403, 404, 422, 503),
    },
  });
  // Only described by it: the types of routes know no body that is a stream.
  routes.openAPIRegistry.registerPath(route);
  routes.get(route.getRoutingPath(), async (c) => {
    const actor = actorOf(c);
    requireScope(actor, 'plugins:read');
    const asked = query.safeParse(c.req.query());
    if (!asked.success) throw invalidRequest(asked.error, 'query');
    const { tail, follow } = asked.data;
    const deployment = await find(c, actor);
    if (follow === 'false') return c.json(await logWire(c.var.deps, deployment, tail));
    const seen = positionOf(c.req.header('last-event-id') ?? '');
    const looks = followLogs(c.var.deps, () => find(c, actor), seen);
    return eventStream(c, messagesOf(looks, seen ? builderLimits.logLines : tail));
  });
}

async function logWire(
  deps: AppEnv['Variables']['deps'],
  deployment: Deployment | null,
  tail: number,
): Promise<z.infer<typeof logModel>> {
  if (deployment?.type !== 'realtime')
    return {
      deployment_id: deployment?.id ?? null,
      generation: deployment?.generation ?? null,
      instance_state: null,
      lines: [],
    };
  const { state, lines } = await instanceLog(deps, deployment.id).catch(unavailable);
  return {
    deployment_id: deployment.id,
    generation: deployment.generation,
    instance_state: state,
    lines: lines.slice(Math.max(0, lines.length - tail)),
  };
}

function unavailable(cause: unknown): never {
  if (!(cause instanceof BuilderError) || cause.code !== 'unreachable') throw cause;
  throw new Problem('builder-unavailable', 'The builder that has the log cannot be reached right now', {
    retryAfterSeconds: 5,
    cause,
  });
}

async function* messagesOf(looks: ReturnType<typeof followLogs>, tail: number): AsyncGenerator<StreamMessage[], void> {
  let linesMax = tail;
  for await (const printed of looks) {
    if (!printed) {
      yield [];
      continue;
    }
    const { deployment, next } = printed;
    const lines = printed.lines.slice(Math.max(0, printed.lines.length - linesMax));
    linesMax = builderLimits.logLines;
    const data = { deployment_id: deployment.id, generation: deployment.generation, lines };
    yield [{ event: 'log', data, id: `${deployment.id}~${next}` }];
  }
}

/** Undefined for what isn't one: then all is new. */
function positionOf(text: string): LogPosition | undefined {
  const [, deploymentId, next] = /^([^~]{1,64})~(.{1,100})$/.exec(text) ?? [];
  return deploymentId === undefined || next === undefined ? undefined : { deploymentId, next };
}
