// Serves the routes that read a version's content, on both extractor surfaces: its source files and its archive (mixpeek §5, rows 15,
// 16).
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { requireScope } from '../../../access/actor.ts';
import { iso } from '../../../core/clock.ts';
import { toLongTextStream } from '../../../core/paced-streams.ts';
import { presignDownload } from '../../../registry/storage/download-url.ts';
import { type VersionSource, versionSource } from '../../../registry/storage/source.ts';
import { catalogItem } from '../../../registry/versions/catalog.ts';
import { requireDownloadable } from '../../../registry/versions/offered.ts';
import { recordDownload } from '../../../traffic/call-counters.ts';
import { type AppEnv, requireActor } from '../../context/context.ts';
import { json, routesOf } from '../../openapi/route-definitions.ts';
import type { ExtractorSurface } from '../../requests/surfaces.ts';
import { matchesEtag, noStore, notModified } from '../../responses/conditional.ts';
import { sourceFileWire, sourceModel, versionWire } from './version-wire.ts';

const downloadModel = z
  .object({
    success: z.literal(true),
    plugin_id: z.string(),
    name: z.string(),
    version: z.string(),
    download_url: z.url(),
    presigned_download_url: z.url(),
    expires_at: z.iso.datetime(),
    file_size_bytes: z.int(),
    code_hash: z.string(),
  })
  .openapi('PluginDownload');

export function addVersionContent(routes: OpenAPIHono<AppEnv>, surface: ExtractorSurface): void {
  addSource(routes, surface);
  addDownload(routes, surface);
}

function addSource(routes: OpenAPIHono<AppEnv>, { tag, noun, params, ownerOf }: ExtractorSurface): void {
  const source = routesOf(tag).get('/{plugin_id}/source', `get${noun}Source`, {
    'x-slipway-command': 'pull {plugin_id}',
    summary: "Get a version's source",
    description:
      'Returns every file in the archive, without the top-level folder: text as is, other content in base64. Files above 1 MiB, and all files after the first 20 MiB, are listed without content.',
    request: {
      params: params.extend({ plugin_id: z.string() }),
      query: z.object({ path: z.string().optional().openapi({ description: 'Return only this file' }) }),
    },
    responses: { 200: json('The files, in archive order', sourceModel) },
  });
  // Declared only for the document, because the files are streamed, which zod-openapi's types don't allow for JSON.
  routes.openAPIRegistry.registerPath(source);
  routes.get(source.getRoutingPath(), async (c) => {
    const pluginId = c.req.param('plugin_id') ?? '';
    const { version, total, truncated, files } = await versionSource(c.var.deps, requireActor(c), {
      ownerId: ownerOf(c),
      slug: pluginId,
      path: c.req.query('path'),
    });
    const fields = { success: true, ...versionWire(version), code_hash: version.sha256, total, truncated };
    const etag = `"${version.sha256}"`;
    if (matchesEtag(c, etag)) return notModified(new Headers(), etag);
    if (c.req.query('path') === undefined)
      recordDownload(c.var.deps, c.var.caches.calls, { ownerId: ownerOf(c), pluginId: version.pluginId });
    const body = await jsonWithList(fields, 'files', sourceFiles(files()));
    return new Response(body, { headers: { 'content-type': 'application/json', etag } });
  });
}

function addDownload(routes: OpenAPIHono<AppEnv>, { tag, noun, params, ownerOf }: ExtractorSurface): void {
  const download = routesOf(tag).get('/{plugin_id}/download', `get${noun}Download`, {
    'x-slipway-command': 'pull {plugin_id}',
    summary: "Get a presigned URL for a version's archive",
    request: { params: params.extend({ plugin_id: z.string() }) },
    responses: { 200: json('The URL. GET `download_url` without an API key, until `expires_at`', downloadModel) },
  });
  routes.openapi(download, async (c) => {
    const actor = requireActor(c);
    requireScope(actor, 'plugins:read');
    const { version } = await catalogItem(c.var.deps, actor, ownerOf(c), c.req.param('plugin_id'));
    requireDownloadable(version);
    const { url, expiresAt } = await presignDownload(c.var.deps, version);
    recordDownload(c.var.deps, c.var.caches.calls, { ownerId: ownerOf(c), pluginId: version.pluginId });
    c.header('cache-control', noStore);
    return c.json(
      {
        success: true as const,
        ...versionWire(version),
        download_url: url,
        presigned_download_url: url,
        expires_at: iso(expiresAt),
        file_size_bytes: version.sizeBytes,
        code_hash: version.sha256,
      },
      200,
    );
  });
}

async function* sourceFiles(files: ReturnType<VersionSource['files']>) {
  for await (const file of files) yield sourceFileWire(file);
}

/**
 * Requires at least one field. Awaits the first item, so that an error in it becomes a problem response. A later error truncates the
 * body.
 */
async function jsonWithList(
  fields: Record<string, unknown>,
  list: string,
  items: AsyncIterator<unknown>,
): Promise<ReadableStream<Uint8Array>> {
  const first = await items.next();
  const texts = async function* (): AsyncGenerator<string, void> {
    let before = `${JSON.stringify(fields).slice(0, -1)},${JSON.stringify(list)}:[`;
    for (let next = first; !next.done; next = await items.next()) {
      yield `${before}${JSON.stringify(next.value)}`;
      before = ',';
    }
    yield first.done ? `${before}]}` : ']}';
  };
  return toLongTextStream(texts());
}
