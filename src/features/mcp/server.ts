// Answers one message of the Model Context Protocol: lists tools, calls one, or returns what an agent may read about one.
import type { CallToolResult, ListToolsResult, ServerContext } from '@modelcontextprotocol/server';
import { ProtocolError, ProtocolErrorCode, ResourceNotFoundError, Server } from '@modelcontextprotocol/server';
import { slipwayVersion } from '../../api/openapi/route-definitions.ts';
import { toProblem } from '../../api/problems/problem-of.ts';
import { toolLimits } from '../../contract/features/mcp/limits.ts';
import { emptyObject, type JsonText } from '../../core/json/text.ts';
import type { Problem } from '../../core/problem.ts';
import type { ExactTexts } from './exact-texts.ts';
import { listResources, readResource } from './resources.ts';
import { failedResult } from './tools/answers.ts';
import { callTool } from './tools/call-tool.ts';
import { listedTools } from './tools/listed-tools.ts';
import type { ToolPlace, ToolSource } from './tools/tool-source.ts';

/** A message as it arrived. */
export interface Asked {
  place: ToolPlace;
  source: ToolSource;
  /** The message's `arguments`, as sent. */
  args: JsonText | undefined;
  texts: ExactTexts;
  /** Called if the namespace is hidden from the actor, or doesn't exist. */
  onHidden(problem: Problem): void;
}

export function mcpServer(asked: Asked): Server {
  const { place, source } = asked;
  const mayRead = place.actor.scopes.has('plugins:read');
  const server = new Server(
    { name: 'slipway', title: 'Slipway', version: slipwayVersion },
    {
      capabilities: { tools: {}, ...(mayRead ? { resources: {} } : {}) },
      ...(source.instructions === undefined ? {} : { instructions: source.instructions }),
    },
  );
  server.setRequestHandler('tools/list', ({ params }) => refusing(asked, () => listTools(asked, params?.cursor)));
  server.setRequestHandler('tools/call', ({ params }, context) => call(asked, params, context));
  if (!mayRead) return server;
  server.setRequestHandler('resources/list', ({ params }) =>
    refusing(asked, () => listResources(place.deps, source, params?.cursor)),
  );
  server.setRequestHandler('resources/read', ({ params: { uri } }) =>
    refusing(asked, async () => {
      const contents = await readResource(place.deps, source, uri);
      if (!contents) throw new ResourceNotFoundError(uri);
      return { contents };
    }),
  );
  return server;
}

async function listTools({ place, source, texts }: Asked, cursor: string | undefined): Promise<ListToolsResult> {
  const { next, tools } = await source.page(cursor, toolLimits.perPage);
  return {
    tools: await listedTools(place.deps, texts, tools),
    ...(next === undefined ? {} : { nextCursor: next }),
  };
}

/** Returns the answer, or the problem as the protocol's error. */
async function refusing<Answer>(asked: Asked, answer: () => Promise<Answer>): Promise<Answer> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    const { hint, message, status } = problemOf(asked, error);
    const code = status >= 500 ? ProtocolErrorCode.InternalError : ProtocolErrorCode.InvalidParams;
    throw new ProtocolError(code, `${message.replace(/\.?$/, '.')} ${hint}`);
  }
}

interface CallParams {
  name: string;
  _meta?: { progressToken?: string | number | undefined } | undefined;
}

/** Problems are a tool's errors, from which a model learns what to do. Only an unknown tool is the protocol's error. */
async function call(asked: Asked, { _meta, name }: CallParams, { mcpReq }: ServerContext): Promise<CallToolResult> {
  const { args = emptyObject, place, source, texts } = asked;
  const { actor, deps } = place;
  const progressToken = _meta?.progressToken;
  const report = async (value: JsonText, progress: number) => {
    const params = { progressToken: progressToken ?? '', progress, message: texts.string(value.text) };
    await mcpReq.notify({ method: 'notifications/progress', params });
  };
  try {
    const target = await source.target(name);
    if (!target) throw unknownTool(name);
    const own = { ...deps, signal: mcpReq.signal };
    const onValue = progressToken === undefined ? undefined : report;
    return await callTool({ actor, deps: own, texts }, { ...target, args, onValue });
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    const problem = problemOf(asked, error);
    if (problem.code === 'not-found' || problem.code === 'not-deployed') throw unknownTool(name);
    if (problem.status >= 500)
      deps.log.error('mcp.call_failed', { request_id: deps.requestId, organization: actor.organizationId, error });
    return failedResult(textOf(problem, deps.requestId));
  }
}

function problemOf({ onHidden }: Asked, error: unknown): Problem {
  const problem = toProblem(error);
  if (problem.code === 'not-found' && problem.details?.resource === 'namespace') onHidden(problem);
  return problem;
}

function unknownTool(name: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${name.slice(0, 128)}`);
}

function textOf({ hint, message, retryAfterSeconds }: Problem, requestId: string | undefined): string {
  const retry = retryAfterSeconds === undefined ? '' : ` Retry after ${retryAfterSeconds} s.`;
  return `${message.replace(/\.?$/, '.')} ${hint}${retry}${requestId === undefined ? '' : ` (${requestId})`}`;
}
