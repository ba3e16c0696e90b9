// Serves the routes that read an instance's output, whole or streamed: for a version's live deployment, or for one deployment.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type Actor, requireScope } from '../../../access/actor.ts';
import { instanceStates } from '../../../contract/builder/instance-states.ts';
import { builderLimits } from '../../../contract/limits/builder.ts';
import { formatPosition, parsePosition } from '../../../logs/read-log.ts';
import type { Deployment } from '../../../pointers/overview.ts';
import { followLogs, type PrintedLines, type ReadLog } from '../../../serve/follow-logs.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../../context/context.ts';
import { routesOf } from '../../openapi/route-definitions.ts';
import { invalidRequest } from '../../problems/problem-response.ts';
import {
  type LogParameters,
  logLineModel,
  logPage,
  logPagination,
  logQuery,
  toLogPagination,
} from '../../requests/log-query.ts';
import { eventStream, lastEventId, openStream, type StreamMessage, streamed } from '../../responses/event-stream.ts';

const logModel = z
  .object({
    deployment_id: z.string().nullable().openapi({ description: 'Null if no deployment is serving' }),
    generation: z.int().nullable(),
    instance_state: z.enum(instanceStates).nullable().openapi({ description: 'Null if no instance exists' }),
    lines: z.array(logLineModel).openapi({ description: 'Oldest first' }),
    pagination: logPagination,
  })
  .openapi('InstanceLog');

const query = logQuery.extend({
  follow: z.enum(['true', 'false']).default('false').openapi({ description: 'Stream new lines as server-sent events' }),
});

export interface LogRoute {
  tag: string;
  path: '/{plugin_id}/logs' | '/{deployment_id}/logs';
  params: z.ZodObject;
  summary: string;
  /** Finds the deployment whose log to read, or null if none is serving. Throws if the plugin or deployment doesn't exist. */
  find(c: Context<AppEnv>, actor: Actor): Promise<Deployment | null>;
}

export function addInstanceLogs(routes: OpenAPIHono<AppEnv>, { tag, path, params, summary, find }: LogRoute): void {
  const route = routesOf(tag).get(path, path === '/{plugin_id}/logs' ? 'getPluginLogs' : 'getDeploymentLogs', {
    'x-slipway-command': path === '/{plugin_id}/logs' ? 'logs {plugin_id}' : 'logs --deployment {deployment_id}',
    summary,
    description: `Returns the newest lines, up to ${builderLimits.logLines}, and older ones by \`cursor\`. Lines are stored within seconds and kept for 30 days by default, so the log survives when the instance sleeps, crashes or is stopped. With \`follow=true\`, streams server-sent events: \`log\` with a deployment's new lines. The stream closes after five minutes; reconnect with \`Last-Event-ID\` to resume.`,
    request: { params, query, headers: lastEventId },
    responses: {
      200: {
        description: 'The lines, or a stream of them',
        content: { 'application/json': { schema: logModel }, ...streamed },
      },
    },
  });
  // Declared only for the document, because zod-openapi's types don't allow a streamed body.
  routes.openAPIRegistry.registerPath(route);
  routes.get(route.getRoutingPath(), async (c) => {
    const actor = requireActor(c);
    requireScope(actor, 'plugins:read');
    const parsed = query.safeParse(c.req.query());
    if (!parsed.success) throw invalidRequest(parsed.error, 'query');
    const { follow, ...parameters } = parsed.data;
    const deployment = await find(c, actor);
    if (follow === 'false') return c.json(await logWire(c, deployment, parameters));
    const seen = positionOf(c.req.header('last-event-id') ?? '');
    const namespaceId = parseNamespaceId(c.req.param('namespace_id') ?? '');
    const stream = openStream(c, { scope: 'plugins:read', namespaceId });
    const deps = { ...c.var.deps, following: c.var.caches.following.logs };
    const polls = followLogs(deps, stream, { seen, tail: parameters.tail, find: () => find(c, actor) });
    return eventStream(c, stream, messagesOf(polls, parameters));
  });
}

async function logWire(
  c: Context<AppEnv>,
  deployment: Deployment | null,
  parameters: LogParameters,
): Promise<z.infer<typeof logModel>> {
  const { id, generation } = deployment ?? { id: null, generation: null };
  const none = { state: null, lines: [], older: null };
  const page = deployment ? await logPage(c, deployment.id, parameters) : none;
  return {
    deployment_id: id,
    generation,
    instance_state: page.state,
    lines: page.lines,
    pagination: toLogPagination(parameters, page),
  };
}

async function* messagesOf(
  polls: ReturnType<typeof followLogs>,
  { since, request }: LogParameters,
): AsyncGenerator<StreamMessage[], void> {
  const from = since === undefined ? '' : new Date(since).toISOString();
  for await (const printed of polls) {
    const lines = (printed?.lines ?? []).filter(
      (line) => line.at >= from && (request === undefined || line.request === request),
    );
    if (!printed || lines.length === 0) {
      yield [];
      continue;
    }
    const { id, generation } = printed.deployment;
    const data = { deployment_id: id, generation, lines };
    yield [{ event: 'log', data, ...eventId(printed) }];
  }
}

function eventId({ deployment, end }: PrintedLines): { id?: string } {
  return end ? { id: `${deployment.id}~${formatPosition(end)}` } : {};
}

/** Parses a Last-Event-ID. Other text is ignored, so that the stream starts from the beginning. */
function positionOf(text: string): ReadLog | undefined {
  const [deploymentId = '', place = ''] = text.split('~');
  const end = parsePosition(place);
  return end && { deploymentId, end };
}
