// Serves a version's README and its pictures, for every kind of plugin whose archive Slipway stores.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { type AppEnv, requireActor } from '../../../api/context/context.ts';
import { json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import type { ExtractorSurface } from '../../../api/requests/surfaces.ts';
import { kindField } from '../../../api/requests/version-reference.ts';
import { contentPolicy } from '../../../api/responses/security-headers.ts';
import { formatVersion } from '../../../contract/plugin/manifest.ts';
import { type PluginVersion, versionSlug } from '../../../registry/versions/versions.ts';
import { pictureTypes } from '../pictures.ts';
import { readPicture, readReadme } from '../readme.ts';

const readmeModel = z
  .object({
    success: z.literal(true),
    plugin_id: z.string(),
    name: z.string(),
    version: z.string(),
    path: z.string().openapi({ description: "The file's name in the archive", example: 'README.md' }),
    sha256: z
      .string()
      .nullable()
      .openapi({ description: "The whole file's SHA-256. Null for a truncated file of an archive above 16 MiB" }),
    size_bytes: z.int().openapi({ description: "The whole file's size" }),
    text: z
      .string()
      .openapi({ description: 'As published: Markdown, if the name says so', example: '# text_profile\n' }),
    truncated: z.boolean().openapi({ description: 'True if the file continues after the text' }),
  })
  .openapi('PluginReadme');

const binary = z.string().openapi({ format: 'binary' });
const pictureResponse = {
  description: 'The picture, with its recognized type',
  headers: { etag: { $ref: '#/components/headers/ETag' } },
  content: Object.fromEntries(pictureTypes.map((type) => [type, { schema: binary }])),
};

const picturePath = z.string().openapi({
  description: "The picture's exact path in the archive, without the top-level folder",
  example: 'docs/screenshot.png',
});

/** Serves the routes below one surface's plugins. */
export function readmeRoutes(surface: ExtractorSurface): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  addReadme(routes, surface);
  addPicture(routes, surface);
  return routes;
}

function addReadme(routes: OpenAPIHono<AppEnv>, { noun, ownerOf, params, tag }: ExtractorSurface): void {
  const route = routesOf(tag).get('/{plugin_id}/readme', `get${noun}Readme`, {
    'x-slipway-command': noun === 'Plugin' && 'show {plugin_id} --readme',
    summary: "Get a version's README",
    description:
      "Returns the README in the archive's top folder: `README.md` in any letter case or, if there is none, `README.markdown`, `README.rst`, `README.txt` or `README`. Its text is cut after 512 KiB. It is UTF-8, or UTF-16 with its byte order mark; for any other text, the 404 names the file in `details.path`.",
    request: { params: params.extend({ plugin_id: z.string() }), query: z.object({ kind: kindField }) },
    responses: { 200: json('The README', readmeModel) },
  });
  routes.openapi(route, async (c) => {
    const subject = { ownerId: ownerOf(c), slug: c.req.param('plugin_id'), kind: c.req.valid('query').kind };
    const { version, entry, text, truncated, sha256 } = await readReadme(c.var.deps, requireActor(c), subject);
    const named = { plugin_id: versionSlug(version), name: version.name, version: formatVersion(version) };
    const file = { path: entry.path, sha256, size_bytes: entry.size, text, truncated };
    return c.json({ success: true as const, ...named, ...file }, 200, { etag: etagOf(version) });
  });
}

function addPicture(routes: OpenAPIHono<AppEnv>, { noun, ownerOf, params, tag }: ExtractorSurface): void {
  const route = routesOf(tag).get('/{plugin_id}/readme/image', `get${noun}ReadmeImage`, {
    summary: "Get a picture that a version's README shows",
    description:
      'Returns a PNG, JPEG, GIF or WebP file of up to 1 MiB from the archive. Its content decides, not its name. Any other file counts as absent, also an SVG, which could have scripts.',
    request: {
      params: params.extend({ plugin_id: z.string() }),
      query: z.object({ path: picturePath, kind: kindField }),
    },
    responses: { 200: pictureResponse, 304: { $ref: '#/components/responses/NotModified' } },
  });
  routes.openapi(route, async (c) => {
    const subject = { ownerId: ownerOf(c), slug: c.req.param('plugin_id'), ...c.req.valid('query') };
    const { version, type, bytes } = await readPicture(c.var.deps, requireActor(c), subject);
    return c.body(bytes, 200, {
      'content-type': type,
      'content-disposition': 'inline',
      'content-security-policy': contentPolicy,
      etag: etagOf(version),
    });
  });
}

/** Returns the digest of the archive, whose files never change. */
function etagOf({ sha256 }: PluginVersion): string {
  return `"${sha256}"`;
}
