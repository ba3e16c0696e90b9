// Serves the operators' routes for imports of advisories, and for the URLs that are imported daily.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { requireId } from '../../../access/actor.ts';
import type { AppEnv } from '../../../api/context/context.ts';
import { body, errors, json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { answerPage, pageFields, pageOf } from '../../../api/requests/paging.ts';
import type { ActorRef } from '../../../contract/actor.ts';
import { advisoryImportStates } from '../../../contract/features/advisory-imports/feature.ts';
import { advisoryImportLimits } from '../../../contract/limits/scans.ts';
import { iso } from '../../../core/clock.ts';
import { type AdvisoryImport, createUploadedImport, importById, listImports, startImport } from '../imports.ts';
import { type AdvisorySource, addSource, importFromUrl, listSources, removeSource } from '../sources.ts';
import { takeBackAdvisory, takeBackImport } from '../take-back.ts';

const operator: ActorRef = { type: 'admin', id: 'admin-token' };

const route = routesOf('Admin');
const identified = { params: z.object({ import_id: z.string() }) };

const url = z
  .string()
  .min(1)
  .max(advisoryImportLimits.urlLength)
  .openapi({ example: 'https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip' });
const sizeBytes = z.int().min(1).max(advisoryImportLimits.zipBytesMax);

const importModel = z
  .object({
    import_id: z.string(),
    url: url.nullable().openapi({ description: 'Null if an operator sends the zip' }),
    status: z.enum(advisoryImportStates).openapi({
      description: '`open`: waits for its zip. `reading`: its records are read, and compared with versions',
    }),
    size_bytes: z.int().nullable().openapi({ description: 'Null until the URL is fetched' }),
    files: z.int().nullable().openapi({ description: 'Number of files in the zip; null until it is open' }),
    files_read: z.int().openapi({ example: 12_000 }),
    records: z.int().openapi({ description: 'Number of records read', example: 12_000 }),
    kept: z
      .int()
      .openapi({ description: 'Records about packages that plugins can use: those of PyPI and Go', example: 11_800 }),
    changed: z
      .int()
      .openapi({ description: 'Kept records that were new, or differed from the stored ones', example: 340 }),
    git_ranges: z.int().openapi({ description: 'Ranges of commits, which are ignored', example: 2100 }),
    invalid: z.int().openapi({ description: "Files that aren't OSV records, or are refused", example: 0 }),
    first_invalid: z
      .string()
      .nullable()
      .openapi({ description: 'Why the first of these files is not read; null if there is none', example: null }),
    error: z.string().nullable().openapi({ description: 'Why it failed; null if it did not' }),
    created_at: z.iso.datetime(),
    ended_at: z.iso.datetime().nullable(),
  })
  .openapi('AdvisoryImport');

const importRequest = z
  .union([z.strictObject({ url }), z.strictObject({ size_bytes: sizeBytes })])
  .openapi('AdvisoryImportRequest', {
    description: 'The URL to fetch, or the size of the zip that is sent to `upload_url` next',
  });

const sourceModel = z
  .object({
    url,
    next_at: z.iso.datetime().openapi({ description: 'When it is imported next' }),
    last_import_id: z.string().nullable(),
    error: z.string().nullable().openapi({ description: 'Why the last import failed; null if it did not' }),
    created_at: z.iso.datetime(),
  })
  .openapi('AdvisorySource');

const create = route.post('/imports', 'createAdvisoryImport', {
  'x-slipway-command': 'advisories import {url}',
  summary: 'Import advisories',
  description:
    'Imports a zip with one OSV record per file. With `url`, Slipway fetches the zip. With `size_bytes`, PUT the zip to `upload_url` within an hour, then start the import.',
  request: { body: body(importRequest) },
  responses: {
    200: json('The import', importModel.extend({ upload_url: z.string().nullable() }).openapi('AdvisoryImportWithUrl')),
  },
});
const start = route.post('/imports/{import_id}/start', 'startAdvisoryImport', {
  summary: 'Start an import whose zip was sent',
  description: 'Changes nothing if the import was started before.',
  request: identified,
  responses: { 200: json('The import', importModel) },
});
const list = route.get('/imports', 'listAdvisoryImports', {
  'x-slipway-command': 'advisories imports',
  summary: 'List imports of advisories',
  description: 'Ended imports are listed for 30 days.',
  request: { query: z.object(pageFields) },
  responses: { 200: json('A page of imports, newest first', pageOf(importModel)) },
});
const get = route.get('/imports/{import_id}', 'getAdvisoryImport', {
  summary: 'Get an import of advisories with its progress',
  request: identified,
  responses: { 200: json('The import', importModel) },
});
const removeImport = route.delete('/imports/{import_id}', 'takeBackAdvisoryImport', {
  'x-slipway-command': 'advisories take-back {import_id}',
  summary: 'Take back an import of advisories',
  description:
    'Takes back the advisories whose stored edition came from the import: they affect nothing until another import contains them. Every URL that is imported daily is read again at once, so remove the URL first if the import came from it. Send other zips again.',
  request: identified,
  responses: {
    200: json(
      'Number of advisories taken back',
      z.object({ success: z.literal(true), import_id: z.string(), advisories: z.int().openapi({ example: 3 }) }),
    ),
    ...errors(409),
  },
});
const removeAdvisory = route.delete('/{advisory_id}', 'takeBackAdvisory', {
  'x-slipway-command': 'advisories take-back {advisory_id}',
  summary: 'Take back an advisory',
  description:
    'What was taken back affects nothing until another import contains it. Every URL that is imported daily is read again at once.',
  request: { params: z.object({ advisory_id: z.string().openapi({ description: "The advisory's ID" }) }) },
  responses: { 200: json('The advisory', z.object({ success: z.literal(true), advisory_id: z.string() })) },
});
const add = route.post('/sources', 'addAdvisorySource', {
  'x-slipway-command': 'advisories import {url} --daily',
  summary: 'Import a URL daily',
  description: 'The first import starts within a minute. Changes nothing if the URL was added before.',
  request: { body: body(z.object({ url }).openapi('AdvisorySourceRequest')) },
  responses: { 200: json('The source', sourceModel) },
});
const listAll = route.get('/sources', 'listAdvisorySources', {
  'x-slipway-command': 'advisories sources',
  summary: 'List the URLs that are imported daily',
  responses: { 200: json('All sources', z.object({ sources: z.array(sourceModel) })) },
});
const remove = route.delete('/sources', 'removeAdvisorySource', {
  'x-slipway-command': 'advisories sources remove {url}',
  summary: 'Stop importing a URL',
  description: 'Advisories that were imported from it stay.',
  request: { query: z.object({ url: url.openapi({ description: 'The URL of the source' }) }) },
  responses: { 200: json('The removed source', z.object({ success: z.literal(true), url })), ...errors(404) },
});

/** Mounted below the operators' routes, which require the admin token. */
export function adminAdvisories(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(create, async (c) => {
    const request = c.req.valid('json');
    if ('url' in request) {
      const created = await importFromUrl(c.var.deps, operator, request.url);
      return c.json({ ...wire(created), upload_url: null }, 200);
    }
    const { created, uploadUrl } = await createUploadedImport(c.var.deps, operator, request.size_bytes);
    return c.json({ ...wire(created), upload_url: uploadUrl }, 200);
  });
  routes.openapi(start, async (c) =>
    c.json(wire(await startImport(c.var.deps, importIdOf(c.req.valid('param')))), 200),
  );
  routes.openapi(list, (c) => answerPage(c, (query) => listImports(c.var.deps, query), wire));
  routes.openapi(get, async (c) => c.json(wire(await importById(c.var.deps, importIdOf(c.req.valid('param')))), 200));
  routes.openapi(add, async (c) =>
    c.json(sourceWire(await addSource(c.var.deps, operator, c.req.valid('json').url)), 200),
  );
  routes.openapi(listAll, async (c) => c.json({ sources: (await listSources(c.var.deps)).map(sourceWire) }, 200));
  routes.openapi(remove, async (c) => {
    const { url: removed } = c.req.valid('query');
    await removeSource(c.var.deps, removed);
    return c.json({ success: true as const, url: removed }, 200);
  });
  routes.openapi(removeImport, async (c) => {
    const id = importIdOf(c.req.valid('param'));
    const count = await takeBackImport(c.var.deps, id);
    return c.json({ success: true as const, import_id: id, advisories: count }, 200);
  });
  routes.openapi(removeAdvisory, async (c) => {
    const { advisory_id } = c.req.valid('param');
    await takeBackAdvisory(c.var.deps, advisory_id);
    return c.json({ success: true as const, advisory_id }, 200);
  });
  return routes;
}

const importIdOf = ({ import_id }: { import_id: string }) => requireId('advisoryImport', import_id, 'import');

function wire(row: AdvisoryImport): z.infer<typeof importModel> {
  return {
    import_id: row.id,
    url: row.url,
    status: row.status,
    size_bytes: row.sizeBytes,
    files: row.files,
    files_read: row.cursor,
    ...row.counts,
    error: row.error,
    created_at: iso(row.createdAt),
    ended_at: row.endedAt === null ? null : iso(row.endedAt),
  };
}

function sourceWire(source: AdvisorySource): z.infer<typeof sourceModel> {
  return {
    url: source.url,
    next_at: iso(source.nextAt),
    last_import_id: source.lastImportId,
    error: source.error,
    created_at: iso(source.createdAt),
  };
}
