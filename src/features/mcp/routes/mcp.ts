// Serves the Model Context Protocol over Streamable HTTP, without stored sessions: each request is answered by a server of its own.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { Context } from 'hono';
import { requireScope } from '../../../access/actor.ts';
import { requireKnownHost, requireSameOrigin } from '../../../api/authentication/browser-requests.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../../../api/context/context.ts';
import { body, errors, json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { malformedJson } from '../../../api/problems/problem-response.ts';
import { callDeps } from '../../../api/requests/call-deps.ts';
import { readJson } from '../../../api/requests/json-body.ts';
import { streamed } from '../../../api/responses/event-stream.ts';
import { toolLimits } from '../../../contract/features/mcp/limits.ts';
import { builderLimits } from '../../../contract/limits/builder.ts';
import { hasMore, values } from '../../../core/json/size.ts';
import type { Problem } from '../../../core/problem.ts';
import { ExactTexts } from '../exact-texts.ts';
import { mcpServer } from '../server.ts';
import { cancelNamed, readMessage, tagOf, withSession } from '../sessions.ts';
import { findToolSet } from '../sets/tool-sets.ts';
import { namespaceTools, type ToolPlace, type ToolSource, toolsOfSet } from '../tools/tool-source.ts';

const argumentsPath = 'params.arguments';

const messageSchema = z
  .looseObject({
    jsonrpc: z.literal('2.0'),
    id: z.union([z.string(), z.int().max(Number.MAX_SAFE_INTEGER)]).optional(),
    method: z.string().openapi({ example: 'tools/list' }),
    params: z.looseObject({}).optional(),
  })
  .openapi('McpMessage', { example: { jsonrpc: '2.0', id: 1, method: 'tools/list' } });

const route = routesOf('Tools');
const description =
  'Takes one JSON-RPC message of the Model Context Protocol (revisions 2026-07-28 and 2025-11-25, without stored sessions) and needs the scope `plugins:invoke`. Clients send `Accept: application/json, text/event-stream`.';
const answers = {
  200: {
    description: 'The response, or a stream of server-sent events that ends with it',
    content: { 'application/json': { schema: z.looseObject({}) }, ...streamed },
  },
  202: { description: 'A notification was received' },
  400: json("The message is none of the protocol's", z.looseObject({})),
  406: json('The client does not accept both formats of a response', z.looseObject({})),
  415: json('The message is compressed, or its type is not JSON', z.looseObject({})),
  ...errors(404),
};

const ofNamespace = route.post('/', 'callNamespaceTools', {
  summary: "Use a namespace's live plugins as tools",
  description: `Every live plugin that the key may call is a tool. ${description}`,
  request: { params: z.object({ namespace_id: z.string() }), body: body(messageSchema) },
  responses: answers,
});

/** Serves all live plugins of a namespace. */
export function namespaceMcp(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openAPIRegistry.registerPath(ofNamespace);
  routes.post('/', (c) => answerMessage(c, async (place) => namespaceTools(place)));
  return routes;
}

const ofSet = route.post('/', 'callToolSet', {
  summary: 'Use a set of tools',
  description: `The set's tools, as far as their plugins are live. ${description}`,
  request: { params: z.object({ namespace_id: z.string(), name: z.string() }), body: body(messageSchema) },
  responses: answers,
});

/** Serves the tools of a set. */
export function toolSetMcp(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openAPIRegistry.registerPath(ofSet);
  routes.post('/', (c) =>
    answerMessage(c, async (place) => {
      const { actor, deps, namespaceId } = place;
      return toolsOfSet(place, await findToolSet(deps, actor, namespaceId, c.req.param('name') ?? ''));
    }),
  );
  return routes;
}

/** Answers a message with the tools of a source. Pages of other sites are refused. */
async function answerMessage(
  c: Context<AppEnv>,
  sourceIn: (place: ToolPlace) => Promise<ToolSource>,
): Promise<Response> {
  requireKnownHost(c);
  requireSameOrigin(c);
  const actor = requireActor(c);
  requireScope(actor, 'plugins:invoke');
  const sent = await readJson(c, builderLimits.callBytes, [argumentsPath]);
  if (sent && hasMore(values, sent.skeleton, toolLimits.messageValues))
    throw malformedJson(`The message has more than ${toolLimits.messageValues} values in addition to its arguments`);
  const parsedBody: unknown = sent && JSON.parse(sent.skeleton);
  if (typeof parsedBody !== 'object' || parsedBody === null || Array.isArray(parsedBody))
    throw malformedJson('The body must be one JSON-RPC message');
  const message = readMessage(parsedBody);
  const sender = { actor, request: c.req.raw };
  const deps = { ...callDeps(c), callTag: await tagOf(sender, message.id) };
  await cancelNamed(deps, sender, message);
  const place = { deps, actor, namespaceId: parseNamespaceId(c.req.param('namespace_id') ?? '') };
  let hidden: Problem | undefined;
  const asked = {
    ...{ place, source: await sourceIn(place), args: sent?.one(argumentsPath), texts: new ExactTexts() },
    onHidden: (problem: Problem) => {
      hidden = problem;
    },
  };
  const { fetch } = createMcpHandler(() => mcpServer(asked), { maxSubscriptions: 0 });
  const response = await fetch(withFormats(c.req.raw), { parsedBody });
  if (hidden) throw hidden;
  return withSession(message, await asked.texts.restore(response));
}

/** Names both formats of a response for a client that takes any: the library wants to see them. */
function withFormats(request: Request): Request {
  const accepted = request.headers.get('accept') ?? '*/*';
  if (!accepted.includes('*/*')) return request;
  const headers = new Headers(request.headers);
  headers.set('accept', 'application/json, text/event-stream');
  // Without the body, which has been read.
  return new Request(request.url, { method: request.method, headers, signal: request.signal });
}
