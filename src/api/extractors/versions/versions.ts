// Serves the routes for a plugin by name in a namespace: list its versions, compare two of them, roll back, and call the live version
// (mixpeek §5, rows 17-19).
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { apiLimits } from '../../../contract/limits/requests.ts';
import { skipReasonNames } from '../../../contract/skipped-versions.ts';
import { versionHistory } from '../../../pointers/history/version-history.ts';
import { undeployOlder } from '../../../pointers/live-versions.ts';
import { diffVersions } from '../../../registry/diff/diff.ts';
import { exactVersion } from '../../../registry/versions/versions.ts';
import { rollBack } from '../../../rollouts/rollback/rollback.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../../context/context.ts';
import { acceptedLater, callHeaders } from '../../later-calls/respond-async.ts';
import { body, errors, json, routesOf } from '../../openapi/route-definitions.ts';
import { callReader } from '../../requests/call-request.ts';
import { chosenVersionHeader, namedCallee, versionAnswered } from '../../requests/chosen-version.ts';
import { emptyBodyIsNull, jsonAtMost } from '../../requests/json-body.ts';
import { paged, pageFields, paginationModel } from '../../requests/paging.ts';
import { mayMoveTraffic } from '../../requests/read-your-writes.ts';
import { byName, type ExtractorSurface, namespaced } from '../../requests/surfaces.ts';
import { kindField, parseReference, versionField } from '../../requests/version-reference.ts';
import { streamedCall, streamNote } from '../../responses/call-stream.ts';
import { answerCall, callModel, callParts, callQuery } from '../calls.ts';
import {
  diffModel,
  diffWire,
  historyItemModel,
  historyItemWire,
  namedAnswerModel,
  namedAnswerWire,
  rollbackEntryModel,
  rollbackEntryWire,
  rollbackModel,
  rollbackWire,
  undeployOlderModel,
  undeployOlderWire,
} from './version-wire.ts';

const route = routesOf('Versions');

const versions = route.get('/by-name/{slug}/versions', 'listPluginVersions', {
  'x-slipway-command': 'log {slug}',
  summary: "List a plugin's versions, newest first",
  request: {
    params: byName,
    query: z.object({ kind: kindField, ...pageFields }),
  },
  responses: {
    200: json(
      'The versions, with their message and when and by whom each was published and deployed',
      z
        .object({
          success: z.literal(true),
          name: z.string(),
          active_version: z.string(),
          serving_version: z.string().nullable().openapi({ description: 'The version that serves calls to the name' }),
          previous_version: z
            .string()
            .nullable()
            .openapi({ description: 'The version that a rollback without `version` restores' }),
          rollback_targets: z.array(z.string()).openapi({
            description:
              'Good versions that had the name in this namespace before the live one, newest first; `previous_version` is the first. If nothing was ever promoted, the earlier active versions. At most 100, together with `rollback_skipped`.',
          }),
          rollback_skipped: z.array(z.object({ version: z.string(), reason: z.enum(skipReasonNames) })).openapi({
            description: 'Earlier versions to which a rollback goes only if it names them, and why, newest first',
          }),
          rollbacks: z.array(rollbackEntryModel).openapi({ description: 'The newest 20 rollbacks in this namespace' }),
          total: z.int(),
          results: z.array(historyItemModel),
          versions: z.array(historyItemModel).openapi({ description: 'The same as `results`, for clients of Mixpeek' }),
          pagination: paginationModel,
        })
        .openapi('PluginVersions'),
    ),
  },
});

const rollback = route.post('/by-name/{slug}/rollback', 'rollBackPlugin', {
  'x-slipway-command': 'rollback {slug} --to {version}',
  middleware: mayMoveTraffic,
  summary: 'Roll back to a previous version',
  description:
    "Makes the version the active one immediately. If it is live or still draining, calls to the name move to it immediately. Otherwise, its stored archive is deployed, and calls move when the deployment is ready. No version is undeployed. Without `version`, it goes to the newest version that had the name in this namespace before the live one and served well: the first of the version list's `rollback_targets`. `rollback_skipped` says which it skips, and why. During a release, it reverts the release.",
  request: {
    params: byName,
    body: body(
      z
        .object({
          kind: kindField,
          version: versionField.nullish().openapi({
            description:
              "A version number, or a ref or commit. Defaults to the first of the version list's `rollback_targets`.",
          }),
          message: z.string().max(2000).nullish(),
        })
        .nullable(),
      false,
    ),
  },
  responses: { 200: json('Rolled back', rollbackModel), ...errors(400) },
});

const undeploy = route.post('/by-name/{slug}/undeploy', 'undeployOlderVersions', {
  'x-slipway-command': 'undeploy {slug} --keep {keep}',
  middleware: mayMoveTraffic,
  summary: "Undeploy a plugin's older versions",
  description:
    'Undeploys older versions and keeps `keep` of them live: the version that serves the name, then the newest deployments. `keep: 0` undeploys everything and cancels deployments in progress. No version is deleted.',
  request: {
    params: byName,
    body: body(
      z.object({ keep: z.int().min(0).max(1000).openapi({ description: 'Number of versions that stay live' }) }),
    ),
  },
  responses: { 200: json('Undeployed', undeployOlderModel) },
});

const namedCallHeaders = callHeaders.extend(chosenVersionHeader.shape);

const realtimePaths = ['/by-name/{slug}/realtime', '/by-name/{slug}/realtime/test'] as const;

export function addVersions(routes: OpenAPIHono<AppEnv>): void {
  addHistory(routes);
  routes.use('/by-name/:slug/undeploy', jsonAtMost(apiLimits.rollbackBytes));
  routes.use('/by-name/:slug/rollback', jsonAtMost(apiLimits.rollbackBytes), emptyBodyIsNull);
  routes.openapi(rollback, async (c) => {
    const { namespace_id, slug } = c.req.valid('param');
    const { kind = 'extractor', message, version } = c.req.valid('json') ?? {};
    const result = await rollBack(c.var.deps, requireActor(c), parseNamespaceId(namespace_id), {
      name: slug,
      kind,
      ...(version ? { version: parseReference(kind, version, ['body', 'version']) } : {}),
      message: message ?? null,
    });
    return c.json(rollbackWire(result), 200);
  });

  routes.openapi(undeploy, async (c) => {
    const { namespace_id, slug } = c.req.valid('param');
    const request = { name: slug, keep: c.req.valid('json').keep };
    const result = await undeployOlder(c.var.deps, requireActor(c), parseNamespaceId(namespace_id), request);
    return c.json(undeployOlderWire(slug, result), 200);
  });

  addDiff(routes, namespaced);
  for (const path of realtimePaths) addRealtime(routes, path);
}

/** Serves the comparison of two versions, for both extractor surfaces. */
export function addDiff(routes: OpenAPIHono<AppEnv>, { noun, params, ownerOf }: ExtractorSurface): void {
  const diff = route.get('/by-name/{slug}/diff', `diff${noun}Versions`, {
    'x-slipway-command': 'diff {slug} {v1} {v2}',
    summary: "Compare two of a plugin's versions",
    request: {
      params: params.extend({ slug: byName.shape.slug }),
      query: z.object({ kind: kindField, v1: versionField, v2: versionField }),
    },
    responses: {
      200: json('Changed files as unified diffs, introduced and fixed findings, and changed dependencies', diffModel),
    },
  });
  routes.openapi(diff, async (c) => {
    const { kind, v1, v2 } = c.req.valid('query');
    const before = parseReference(kind, v1, ['query', 'v1']);
    const after = parseReference(kind, v2, ['query', 'v2']);
    const subject = { ownerId: ownerOf(c), name: c.req.param('slug'), kind, before, after };
    return c.json(diffWire(await diffVersions(c.var.deps, requireActor(c), subject)), 200);
  });
}

function addHistory(routes: OpenAPIHono<AppEnv>): void {
  routes.openapi(versions, async (c) => {
    const { namespace_id, slug } = c.req.valid('param');
    const query = c.req.valid('query');
    const plugin = { namespaceId: parseNamespaceId(namespace_id), name: slug, kind: query.kind };
    const history = await versionHistory(c.var.deps, requireActor(c), plugin, query);
    const { active, rollback, rollbacks, serving, total } = history;
    const targets = rollback.targets.map(exactVersion);
    const { pagination, results } = paged(history, query, historyItemWire);
    return c.json(
      {
        success: true as const,
        name: slug,
        active_version: exactVersion(active),
        serving_version: serving && exactVersion(serving),
        previous_version: targets[0] ?? null,
        rollback_targets: targets,
        rollback_skipped: rollback.skipped.map(({ reason, version }) => ({ version: exactVersion(version), reason })),
        rollbacks: rollbacks.map(rollbackEntryWire),
        total,
        results,
        versions: results,
        pagination,
      },
      200,
    );
  });
}

const readCall = callReader({ params: byName, headers: namedCallHeaders, ...callParts });

function addRealtime(routes: OpenAPIHono<AppEnv>, path: (typeof realtimePaths)[number]): void {
  const realtime = route.post(path, path.endsWith('/test') ? 'testPluginByName' : 'callPluginByName', {
    'x-slipway-command': 'invoke {slug} --data {inputs}',
    summary: "Call the plugin's live version",
    description: streamNote,
    request: { params: byName, query: callQuery, headers: namedCallHeaders, body: body(callModel, false) },
    responses: {
      200: {
        description: 'The result, or the error that the handler raised',
        headers: versionAnswered,
        content: { 'application/json': { schema: namedAnswerModel }, ...streamedCall },
      },
      202: acceptedLater,
      ...errors(400, 409),
    },
  });
  routes.openAPIRegistry.registerPath(realtime);
  routes.post(realtime.getRoutingPath(), async (c) => {
    const { params, query } = await readCall(c);
    const { namespace_id, slug } = params;
    const callee = namedCallee(c.req, { namespaceId: parseNamespaceId(namespace_id), name: slug });
    return answerCall(c, { callee, query }, namedAnswerWire);
  });
}
