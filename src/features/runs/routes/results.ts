// Serves a run's results: the parts of its output or errors, each with a URL, or all lines in one stream.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type AppEnv, requireActor } from '../../../api/context/context.ts';
import { json, routesOf } from '../../../api/openapi/route-definitions.ts';
import { invalidRequest } from '../../../api/problems/problem-response.ts';
import { invalidCursor, pageFields, paginationModel } from '../../../api/requests/paging.ts';
import { noStore } from '../../../api/responses/conditional.ts';
import { pageLimitMax } from '../../../contract/limits/requests.ts';
import { toStream } from '../../../core/paced-streams.ts';
import { encodeCursor } from '../../../core/page.ts';
import type { ResultKind } from '../keys.ts';
import { listParts, resultBytes } from '../results.ts';
import { findRun } from '../runs.ts';
import { idsIn, oneRun, runStateField } from './run-wire.ts';

const ndjson = 'application/x-ndjson';

const partsModel = z
  .object({
    run_id: z.string(),
    status: runStateField,
    results: z.array(
      z.object({
        number: z.int().min(0).openapi({ description: 'Number of the input chunk; a chunk can have several parts' }),
        bytes: z.int(),
        url: z.string().openapi({ description: 'GET it within an hour: one JSON object per line' }),
      }),
    ),
    pagination: paginationModel,
  })
  .openapi('RunResults');

const query = z.object({ ...pageFields, limit: pageFields.limit.default(pageLimitMax) });

function resultsRoute(kind: ResultKind) {
  const lines =
    kind === 'output'
      ? 'Rows as the steps returned them, in input order.'
      : 'Lines with `row` (number, from 0), `error` and `input`, in input order.';
  return routesOf('Runs').get(`/{run_id}/${kind}`, kind === 'output' ? 'getRunOutput' : 'getRunErrors', {
    'x-slipway-command': `runs output {run_id}${kind === 'output' ? '' : ' --errors'}`,
    summary: kind === 'output' ? "Get a run's output" : "Get a run's errors",
    description: `${lines} Returns the parts with their URLs, or with \`Accept: ${ndjson}\` all lines in one stream. Before the run has ended, returns the results so far.`,
    request: { ...oneRun, query },
    responses: {
      200: {
        ...json('The parts', partsModel),
        content: { 'application/json': { schema: partsModel }, [ndjson]: { schema: z.string() } },
      },
    },
  });
}

export function addResults(routes: OpenAPIHono<AppEnv>): void {
  for (const kind of ['output', 'errors'] as const) {
    const route = resultsRoute(kind);
    routes.openAPIRegistry.registerPath(route);
    routes.get(route.getRoutingPath(), (c) => answer(c, kind));
  }
}

async function answer(c: Context<AppEnv>, kind: ResultKind): Promise<Response> {
  const { namespaceId, id } = idsIn(c);
  const asked = query.safeParse(c.req.query());
  if (!asked.success) throw invalidRequest(asked.error, 'query');
  const { deps } = c.var;
  const actor = requireActor(c);
  if (c.req.header('accept')?.includes(ndjson)) {
    const run = await findRun(deps, actor, namespaceId, id);
    return c.body(toStream(resultBytes(deps, run, kind)), 200, { 'content-type': ndjson });
  }
  const { cursor, limit } = asked.data;
  const pages = { kind, from: fromOf(cursor), limit };
  const { next, parts, run } = await listParts(deps, actor, { id, namespaceId }, pages);
  c.header('cache-control', noStore);
  const pagination = { limit, next_cursor: next === null ? null : encodeCursor(String(next)) };
  return c.json({ run_id: run.id, status: run.status, results: parts, pagination }, 200);
}

/** The cursor's schema has already decoded it. */
function fromOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,8}$/.test(cursor)) return Number(cursor);
  throw invalidCursor();
}
