// Serves the routes that read the output of an instance, as a whole or as a stream: of the deployment that serves a version, or of
// one deployment.
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
    deployment_id: z.string().nullable().openapi({ description: 'Null: no deployment serves' }),
    generation: z.int().nullable(),
    instance_state: z.enum(instanceStates).nullable().openapi({ description: 'Null: no instance exists' }),
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
    .openapi({ description: 'Maximum number of existing lines to return' }),
  follow: z.enum(['true', 'false']).default('false').openapi({ description: 'Stream new lines as server-sent events' }),
});

export interface LogRoute {
  tag: string;
  path: '/{plugin_id}/logs' | '/{deployment_id}/logs';
  params: z.ZodObject;
  summary: string;
  /** Finds the deployment whose log is read, or null if none serves. Throws if the plugin or deployment doesn't exist. */
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
    description: `Returns the newest ${builderLimits.logLines} lines. The log of an instance that was stopped for good is retained for 30 days; an instance that wakes from sleep starts a new log. With \`follow=true\`, streams server-sent events: \`log\` with new lines of a deployment. The stream closes after five minutes; reconnect with \`Last-Event-ID\` to resume.`,
    request: { params, query, headers: lastEventId },
    responses: {
      200: {
        description: 'The lines, or a stream of them',
        content: { 'application/json': { schema: logModel }, ...streamed },
      },
      ...errors(401, 403, 404, 422, 503),
    },
  });
  // Declared for the document only: the types of zod-openapi allow no streamed body.
  routes.openAPIRegistry.registerPath(route);
  routes.get(route.getRoutingPath(), async (c) => {
    const actor = actorOf(c);
    requireScope(actor, 'plugins:read');
    const parsed = query.safeParse(c.req.query());
    if (!parsed.success) throw invalidRequest(parsed.error, 'query');
    const { tail, follow } = parsed.data;
    const deployment = await find(c, actor);
    if (follow === 'false') return c.json(await logWire(c.var.deps, deployment, tail));
    const seen = positionOf(c.req.header('last-event-id') ?? '');
    const polls = followLogs(c.var.deps, () => find(c, actor), seen);
    return eventStream(c, messagesOf(polls, seen ? builderLimits.logLines : tail));
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
  throw new Problem('builder-unavailable', 'The builder that has the log is unavailable', {
    retryAfterSeconds: 5,
    cause,
  });
}

async function* messagesOf(polls: ReturnType<typeof followLogs>, tail: number): AsyncGenerator<StreamMessage[], void> {
  let linesMax = tail;
  for await (const printed of polls) {
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

/** Parses a Last-Event-ID. Any other text is ignored, and the stream starts from the beginning. */
function positionOf(text: string): LogPosition | undefined {
  const [, deploymentId, next] = /^([^~]{1,64})~(.{1,100})$/.exec(text) ?? [];
  return deploymentId === undefined || next === undefined ? undefined : { deploymentId, next };
}
