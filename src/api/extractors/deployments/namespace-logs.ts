// Serves the combined output of a namespace's instances.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { builderProblem } from '../../../builders/builder-problem.ts';
import { logLevels } from '../../../contract/builder/logs/level.ts';
import { namespaceLogs as limits } from '../../../contract/limits/logs.ts';
import { encodeCursor } from '../../../core/page.ts';
import { versionLabel } from '../../../registry/versions/versions.ts';
import { type NamespaceLogLine, readNamespaceLogs } from '../../../serve/namespace-logs.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../../context/context.ts';
import { json, newRouter, routesOf } from '../../openapi/route-definitions.ts';
import { takeLogTurn } from '../../requests/body-place.ts';
import { logLineModel, logQuery } from '../../requests/log-query.ts';
import { invalidCursor, pageFields, paginationModel, wholeNumber } from '../../requests/paging.ts';
import { instant } from '../../responses/event-wire.ts';

const lineModel = z
  .object({
    ...logLineModel.shape,
    plugin: z.string(),
    version: z.string().openapi({ description: "Version number, or a Go plugin's ref" }),
    deployment_id: z.string(),
  })
  .openapi('NamespaceLogLine', {
    example: {
      at: '2026-03-05T09:30:00.000Z',
      stream: 'stdout',
      line: 'counted 3 words',
      plugin: 'text_profile',
      version: '1.1.0',
      deployment_id: 'dep_01m7wc54fherz84624ahd0kr7h',
    },
  });

const list = routesOf('Deployments').get('/', 'listNamespaceLogs', {
  'x-slipway-command': 'logs --all',
  summary: "List the logs of a namespace's plugins",
  description: `Reads the logs of the ${limits.deploymentsMax} deployments that are serving or were stopped most recently. To follow, repeat the request with the last line's \`since\`.`,
  request: {
    params: z.object({ namespace_id: z.string() }),
    query: z.object({
      plugin: z
        .string()
        .min(1)
        .max(100)
        .optional()
        .openapi({ description: 'Return only lines of the plugin with this name' }),
      request: logQuery.shape.request,
      text: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .openapi({ description: 'Return only lines that contain this text, ignoring case' }),
      level: z.enum(logLevels).optional().openapi({
        description:
          "Return only lines at this level and above, determined by a line's first words. Without such a word, standard error and Slipway's own reports are `error`, and standard output is `info`",
      }),
      since: instant.optional().openapi({ description: 'Return only lines printed at this time or later' }),
      until: instant.optional().openapi({ description: 'Return only lines printed before this time' }),
      limit: wholeNumber({ min: 1, max: limits.linesMax, default: limits.linesDefault }),
      cursor: pageFields.cursor,
    }),
  },
  responses: {
    200: json(
      'The newest matching lines, oldest first',
      z
        .object({
          results: z.array(lineModel),
          pagination: paginationModel,
          truncated: z.boolean().openapi({
            description:
              'Whether the response covers only some of the deployments. Name a plugin to read all of its deployments',
          }),
        })
        .openapi('NamespaceLogs'),
    ),
  },
});

export function namespaceLogs(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(list, async (c) => {
    const { cursor, level, limit, plugin, request, since, text, until } = c.req.valid('query');
    const asked = { plugin, request, text, level, since, limit, until, ...placeOf(cursor) };
    const namespaceId = parseNamespaceId(c.req.valid('param').namespace_id);
    await takeLogTurn(c);
    const page = await readNamespaceLogs(c.var.deps, requireActor(c), namespaceId, asked).catch((cause: unknown) => {
      throw builderProblem(cause, 'The builder that has the logs') ?? cause;
    });
    const next_cursor = page.older === null ? null : encodeCursor(`${page.older.until}-${page.older.seen}`);
    return c.json(
      { results: page.lines.map(lineWire), pagination: { limit, next_cursor }, truncated: page.truncated },
      200,
    );
  });
  return routes;
}

/** Parses a cursor's position. */
function placeOf(cursor: string | undefined): { until: number; seen: number } | undefined {
  if (cursor === undefined) return undefined;
  const [, until, seen] = /^(\d{13})-(\d{1,4})$/.exec(cursor) ?? [];
  if (until === undefined || Number(seen) > limits.seenMax) throw invalidCursor();
  return { until: Number(until), seen: Number(seen) };
}

function lineWire({ deploymentId, line, version }: NamespaceLogLine): z.infer<typeof lineModel> {
  return { ...line, plugin: version.name, version: versionLabel(version), deployment_id: deploymentId };
}
