// Serves the table of a namespace's plugins: one row per name, for every kind that serves calls.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { traffic } from '../../contract/limits/traffic.ts';
import { deploymentStates, pluginKinds, verdicts } from '../../contract/states.ts';
import { overviewSorts } from '../../contract/traffic.ts';
import { iso } from '../../core/clock.ts';
import { encodeCursor } from '../../core/page.ts';
import { versionLabel } from '../../registry/versions/versions.ts';
import type { LiveCalls } from '../../traffic/live-calls.ts';
import type { ShownVersion } from '../../traffic/overview-facts.ts';
import { type Place, parsePlace } from '../../traffic/overview-order.ts';
import { changeTypes, overviewStates, type PluginOverview } from '../../traffic/overviews.ts';
import { listPluginOverviews } from '../../traffic/plugin-overviews.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../context/context.ts';
import { json, routesOf } from '../openapi/route-definitions.ts';
import { invalidCursor, optionalWholeNumber, pageFields, paginationModel } from '../requests/paging.ts';
import { namespaced } from '../requests/surfaces.ts';
import { actorModel } from '../responses/event-wire.ts';
import { scanVerdict } from '../responses/version-fields.ts';
import { sourceModel } from './extractor-wire.ts';

const kinds = pluginKinds.filter((kind) => kind !== 'agent');
const label = z.string().openapi({ description: "Version number, or a Go plugin's ref", example: '1.1.0' });

const changeModel = z
  .object({
    type: z.enum(changeTypes).openapi({ example: 'deployed' }),
    at: z.iso.datetime().openapi({ example: '2026-03-05T09:30:00.000Z' }),
    by: actorModel,
    version: label.nullable(),
    commit: z.string().nullable().openapi({ description: 'The commit, for a version published from Git' }),
  })
  .openapi('PluginChange');

const overviewModel = z
  .object({
    name: z.string(),
    kind: z.enum(kinds).openapi({ example: 'extractor' }),
    source: sourceModel,
    state: z.enum(overviewStates).openapi({
      description:
        '`live`: a version serves the name, even if a newer deployment failed; `batch_only`: a version has the name but serves no calls. Otherwise the state of the newest deployment',
    }),
    live_version: label.nullable().openapi({ description: 'The version that has the name' }),
    active_version: label.nullable().openapi({ description: 'The most recently published or restored version' }),
    verdict: scanVerdict.nullable().openapi({ description: "The active version's" }),
    newest_deployment: z
      .object({ deployment_id: z.string(), status: z.enum(deploymentStates), version: label.nullable() })
      .nullable(),
    release: z
      .object({
        release_id: z.string(),
        version: label.nullable().openapi({ description: 'The candidate' }),
        percent: z.number().openapi({ description: 'Share of calls by name that the candidate answers', example: 10 }),
      })
      .nullable()
      .openapi({ description: 'The active release' }),
    calls: z.int(),
    errors: z.int(),
    p95_ms: z.int().nullable(),
    live_calls: z
      .object({ since: z.iso.datetime(), calls: z.int(), errors: z.int(), invalid_inputs: z.int() })
      .nullable()
      .openapi({
        description: `The live version's calls since it took the name or was deployed again, for at most the last ${traffic.tableHours} hours. They determine whether a plugin is healthy or failing`,
        example: { since: '2026-03-05T09:30:00.000Z', calls: 118, errors: 1, invalid_inputs: 0 },
      }),
    calls_by_hour: z
      .array(z.int())
      .length(traffic.tableHours)
      .openapi({
        description: `Calls in each of the last ${traffic.tableHours} hours, oldest first; the last entry is the current hour. \`calls\`, \`errors\` and \`p95_ms\` cover all of them`,
        example: [0, 0, 0, 0, 0, 0, 4, 18, 57, 92, 88, 104, 96, 110, 121, 117, 109, 101, 93, 84, 41, 22, 15, 8],
      }),
    calls_30d: z.int().openapi({ example: 48_200 }),
    callers_30d: z.int().openapi({ description: `Keys that called it, up to ${traffic.callersRead}`, example: 30 }),
    downloads_30d: z.int().openapi({ description: 'Sources, archives and executables that were read', example: 41 }),
    calls_by_day: z
      .array(z.int())
      .length(traffic.useDays)
      .openapi({
        description: `Calls in each of the last ${traffic.useDays} days (UTC), oldest first; the last entry is today`,
        example: [...Array.from({ length: traffic.useDays - 3 }, () => 0), 310, 1204, 1118],
      }),
    last_called_at: z.iso.datetime().nullable().openapi({
      description: 'Start of the hour of the last call. Null if there was none in 13 months',
      example: '2026-03-05T09:00:00.000Z',
    }),
    changed: changeModel.nullable().openapi({ description: 'The newest publication, deployment or rollback' }),
  })
  .openapi('PluginOverview');

const listModel = z
  .object({
    results: z.array(overviewModel),
    pagination: paginationModel,
    total: z.int().openapi({ description: 'Number of matching plugins' }),
    truncated: z.boolean().openapi({
      description: `Whether the namespace has more than ${traffic.pluginsRead} plugins. Any others are missing from the results`,
    }),
  })
  .openapi('PluginOverviews');

const list = routesOf(namespaced.tag).get('/by-name', 'listPluginOverviews', {
  'x-slipway-command': 'overview',
  summary: "List a namespace's plugins with their state and calls",
  description:
    "One row per name: the namespace's own plugins of every kind, and the organization's plugins enabled in it. Calls are counted as in a plugin's traffic.",
  request: {
    params: z.object({ namespace_id: z.string() }),
    query: z.object({
      kind: z.enum(kinds).optional().openapi({ description: 'Return only plugins of this kind' }),
      state: z.enum(overviewStates).optional().openapi({ description: 'Return only plugins in this state' }),
      verdict: z
        .enum(verdicts)
        .optional()
        .openapi({ description: 'Return only plugins whose active version has this verdict' }),
      search: z
        .string()
        .max(100)
        .optional()
        .openapi({ description: 'Return only names that contain this text, ignoring case' }),
      sort: z.enum(overviewSorts).default('name').openapi({
        description: '`errors` sorts by the share of failed calls. `calls_30d` with `desc`: most used first',
      }),
      unused_days: optionalWholeNumber({ min: 1, max: traffic.daysMax }).openapi({
        description: 'Return only plugins that were neither called nor changed for this many days',
      }),
      order: z.enum(['asc', 'desc']).default('asc').openapi({ description: '`desc` lists the highest first' }),
      ...pageFields,
    }),
  },
  responses: { 200: json('A page of plugins', listModel) },
});

export function addPluginOverviews(routes: OpenAPIHono<AppEnv>): void {
  routes.openapi(list, async (c) => {
    const { caches, deps } = c.var;
    const { cursor, limit, order, sort, unused_days: unusedDays, ...filter } = c.req.valid('query');
    const found = await listPluginOverviews(
      { ...deps, counters: caches.calls },
      requireActor(c),
      parseNamespaceId(c.req.valid('param').namespace_id),
      { ...filter, unusedDays, limit, place: placeBehind(cursor, { order, sort }) },
    );
    return c.json(
      {
        results: found.items.map(overviewWire),
        pagination: { limit, next_cursor: found.next === null ? null : encodeCursor(found.next) },
        total: found.total,
        truncated: found.truncated,
      },
      200,
    );
  });
}

function placeBehind(cursor: string | undefined, ordered: Pick<Place, 'sort' | 'order'>): Place {
  const after = cursor === undefined ? undefined : parsePlace(cursor, ordered);
  if (cursor !== undefined && after === undefined) throw invalidCursor();
  return { ...ordered, after };
}

function liveCallsWire({ invalidInputs, since, ...counted }: LiveCalls): z.infer<typeof overviewModel>['live_calls'] {
  return { ...counted, since: iso(since), invalid_inputs: invalidInputs };
}

function overviewWire({ count, ...plugin }: PluginOverview): z.infer<typeof overviewModel> {
  const { active, changed, deployment, live, release, use } = plugin;
  return {
    name: plugin.name,
    kind: z.enum(kinds).parse(plugin.kind),
    source: plugin.isShared ? 'org' : 'namespace',
    state: plugin.state,
    live_version: labelOrNull(live),
    active_version: labelOrNull(active),
    verdict: active?.verdict ?? null,
    newest_deployment: deployment && {
      deployment_id: deployment.id,
      status: deployment.status,
      version: labelOrNull(deployment.version),
    },
    release: release && {
      release_id: release.id,
      version: labelOrNull(release.version),
      percent: release.weight / 100,
    },
    calls: count.calls,
    errors: count.errors,
    p95_ms: plugin.p95Ms,
    live_calls: plugin.liveCalls && liveCallsWire(plugin.liveCalls),
    calls_by_hour: plugin.callsByHour,
    calls_30d: use.calls,
    callers_30d: use.callers,
    downloads_30d: use.downloads,
    calls_by_day: use.callsByDay,
    last_called_at: use.calledAt === null ? null : iso(use.calledAt),
    changed: changed && {
      type: changed.type,
      at: iso(changed.at),
      by: changed.by,
      version: labelOrNull(changed.version),
      commit: changed.version?.source?.commit ?? null,
    },
  };
}

function labelOrNull(version: ShownVersion | null): string | null {
  return version && versionLabel(version);
}
