// Serves the advisories that affect an organization's versions: which, whether they are live and where, and what fixes them.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { ownerNamespace } from '../../access/owners.ts';
import { type AffectedVersion, listAffected, parsePosition, readAdvisory } from '../../advisories/affected-versions.ts';
import { ecosystems, reaches, severities, verdicts } from '../../contract/advisories.ts';
import { pluginKinds } from '../../contract/states.ts';
import { iso, isoOrNull } from '../../core/clock.ts';
import { versionLabel, versionSlug } from '../../registry/versions/versions.ts';
import { type AppEnv, requireActor } from '../context/context.ts';
import { json, newRouter, routesOf } from '../openapi/route-definitions.ts';
import { invalidCursor, pageFields, pageOf, paginationModel } from '../requests/paging.ts';

const advisoryId = z.string().openapi({ description: 'As in OSV', example: 'GHSA-9hjg-9r4m-mvj7' });
const severity = z.enum(severities).openapi({ example: 'high' });
const knownSeverity = severity
  .nullable()
  .openapi({ description: 'Null if the advisory states none. It counts as critical' });
const aliases = z.array(z.string()).openapi({ example: ['CVE-2024-47081'] });
const summary = z.string().openapi({ example: 'Credentials leak through a crafted URL' });

const affectedFields = {
  plugin: z.object({ name: z.string(), kind: z.enum(pluginKinds).openapi({ example: 'extractor' }) }),
  plugin_id: z.string(),
  namespace_id: z
    .string()
    .nullable()
    .openapi({ description: "The plugin's namespace. Null for an organization's plugin" }),
  version: z.string().openapi({ description: "The version's number, or the ref of a Go plugin" }),
  package: z.object({
    ecosystem: z.enum(ecosystems).openapi({ example: 'PyPI' }),
    name: z.string().openapi({ example: 'requests' }),
    version: z.string().openapi({ description: 'The version in use', example: '2.31.0' }),
    purl: z.string().openapi({ example: 'pkg:pypi/requests@2.31.0' }),
  }),
  fixed_in: z.string().nullable().openapi({
    description: 'The lowest version of the package that the advisory does not affect, if one is known',
    example: '2.32.4',
  }),
  verdict: z.enum(verdicts).openapi({
    description: "`unknown` if the package's version and the advisory can't be compared",
    example: 'affected',
  }),
  reach: z.enum(reaches).openapi({
    description:
      'For Go: `symbol` if the program calls what is vulnerable, `package` if it imports the package and the advisory names no functions, `none` if it reaches neither. `unknown` for Python, and until a Go program is analyzed',
    example: 'unknown',
  }),
  live: z
    .array(z.object({ namespace_id: z.string(), namespace_name: z.string(), deployment_id: z.string() }))
    .openapi({ description: 'Where the version is live, among the namespaces that the key can see; at most 100' }),
};

const affectedModel = z
  .object({
    advisory: z.object({ advisory_id: advisoryId, aliases, summary, severity: knownSeverity }),
    ...affectedFields,
  })
  .openapi('AffectedVersion');

const advisoryModel = z
  .object({
    advisory_id: advisoryId,
    aliases,
    summary,
    severity: knownSeverity,
    published_at: z.iso.datetime().nullable(),
    modified_at: z.iso.datetime(),
    results: z
      .array(z.object(affectedFields))
      .openapi({ description: 'The versions that it affects, live ones first' }),
    pagination: paginationModel,
  })
  .openapi('Advisory');

const route = routesOf('Advisories');

const list = route.get('/', 'listAdvisories', {
  'x-slipway-command': 'advisories list',
  summary: 'List the versions that advisories affect, live ones first, then the most severe',
  description:
    'Needs the scope `plugins:read`. A page looks at a limited number of versions, newest first, so it can have fewer results than `limit` and a next page.',
  request: {
    query: z.object({
      live: z.enum(['true', 'false']).default('false').openapi({ description: 'Only live versions' }),
      severity: severity.optional().openapi({ description: 'At least this severity' }),
      plugin: z.string().min(1).max(200).optional().openapi({ description: "A plugin's name" }),
      package: z.string().min(1).max(500).optional().openapi({ description: "A package's name" }),
      advisory: z.string().min(1).max(200).optional().openapi({ description: "An advisory's ID or alias" }),
      ...pageFields,
    }),
  },
  responses: {
    200: json('A page', pageOf(affectedModel).openapi('AffectedVersions')),
  },
});
const get = route.get('/{advisory_id}', 'getAdvisory', {
  'x-slipway-command': 'advisories show {advisory_id}',
  summary: 'Get an advisory, with the versions that it affects',
  description: 'Needs the scope `plugins:read`. Answers 404 for an advisory that was withdrawn.',
  request: { params: z.object({ advisory_id: advisoryId.max(200) }), query: z.object(pageFields) },
  responses: { 200: json('The advisory', advisoryModel) },
});

export function advisories(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(list, async (c) => {
    const { cursor, limit, live, ...filter } = c.req.valid('query');
    const page = { limit, position: positionOf(cursor) };
    const affected = { ...filter, live: live === 'true' };
    const { items, nextCursor } = await listAffected(c.var.deps, requireActor(c), affected, page);
    const results = items.map((item) => ({
      advisory: {
        advisory_id: item.advisoryId,
        aliases: item.aliases,
        summary: item.summary,
        severity: item.severity,
      },
      ...affectedWire(item),
    }));
    return c.json({ results, pagination: { limit, next_cursor: nextCursor } }, 200);
  });
  routes.openapi(get, async (c) => {
    const { cursor, limit } = c.req.valid('query');
    const page = { limit, position: positionOf(cursor) };
    const { advisory_id: id } = c.req.valid('param');
    const { advisory, versions } = await readAdvisory(c.var.deps, requireActor(c), id, page);
    const answer = {
      advisory_id: advisory.id,
      aliases: advisory.aliases,
      summary: advisory.summary,
      severity: advisory.severity,
      published_at: isoOrNull(advisory.publishedAt),
      modified_at: iso(advisory.modifiedAt),
      results: versions.items.map(affectedWire),
      pagination: { limit, next_cursor: versions.nextCursor },
    };
    return c.json(answer, 200);
  });
  return routes;
}

function positionOf(cursor: string | undefined) {
  if (cursor === undefined) return undefined;
  const position = parsePosition(cursor);
  if (!position) throw invalidCursor();
  return position;
}

function affectedWire(item: AffectedVersion) {
  return {
    plugin: { name: item.name, kind: item.kind },
    plugin_id: versionSlug(item),
    namespace_id: ownerNamespace(item.ownerId),
    version: versionLabel(item),
    package: { ecosystem: item.ecosystem, name: item.packageName, version: item.packageVersion, purl: item.purl },
    fixed_in: item.fixedIn,
    verdict: item.uncompared ? ('unknown' as const) : ('affected' as const),
    reach: item.reach,
    live: item.live,
  };
}
