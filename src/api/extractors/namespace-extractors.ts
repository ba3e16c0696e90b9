// Serves the routes for a namespace's extractors (mixpeek §5): those on both surfaces, and those only for namespaces.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { requireScope } from '../../access/actor.ts';
import { deploymentOverview } from '../../pointers/overview.ts';
import { presignDownload } from '../../registry/storage/download-url.ts';
import { recordDownload } from '../../traffic/call-counters.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../context/context.ts';
import { json, newRouter, routesOf } from '../openapi/route-definitions.ts';
import type { Reference } from '../reference/reference-documents.ts';
import { namespaced, onePlugin } from '../requests/surfaces.ts';
import { noStore } from '../responses/conditional.ts';
import { addCatalog } from './catalog-routes.ts';
import { addDeployments } from './deployments/deploy-routes.ts';
import { addTraffic, addVersionDeployments } from './deployments/deployment-history.ts';
import { addEnabling } from './enabling.ts';
import { documentModel, documentWire } from './extractor-wire.ts';
import { addPluginOverviews } from './plugin-overviews.ts';
import { addTrial } from './trial.ts';
import { addGitSource } from './uploads/git-source.ts';
import { addMultipartUpload } from './uploads/multipart-upload.ts';
import { addRequirements } from './uploads/requirements.ts';
import { addUploads } from './uploads/upload-routes.ts';
import { addPluginOpenApi } from './versions/plugin-openapi.ts';
import { addRelock } from './versions/relock.ts';
import { addVersionContent } from './versions/version-content.ts';
import { addVersionEnvironment } from './versions/version-environment.ts';
import { addVersionScan } from './versions/version-scan.ts';
import { addVersions } from './versions/versions.ts';
import { addWithdrawing } from './withdrawing.ts';

const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true')
  .openapi({ type: 'boolean', default: false, description: 'Add `presigned_download_url` to the response' });

const get = routesOf(namespaced.tag).get('/{plugin_id}', 'getPlugin', {
  'x-slipway-command': 'show {plugin_id}',
  summary: 'Get a plugin version',
  request: { params: onePlugin, query: z.object({ return_presigned_urls: flag }) },
  responses: {
    200: json(
      'The version',
      z.object({
        success: z.literal(true),
        plugin: documentModel,
        presigned_download_url: z
          .url()
          .nullable()
          .openapi({ description: 'Null unless `return_presigned_urls` is true, and if the version is quarantined' }),
      }),
    ),
  },
});

/** Literal segments come before `{plugin_id}`. No plugin ID can equal one, because IDs end in three numbers. */
export function extractors(reference: () => Reference): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  addUploads(routes, namespaced);
  addGitSource(routes, namespaced);
  addMultipartUpload(routes);
  addEnabling(routes);
  addRequirements(routes);
  addPluginOverviews(routes);
  addVersions(routes);
  addPluginOpenApi(routes, reference);
  addTrial(routes, namespaced);
  addWithdrawing(routes, namespaced);
  addRelock(routes);
  addTraffic(routes);
  addCatalog(routes, namespaced);
  addVersionContent(routes, namespaced);
  addVersionScan(routes, namespaced);
  addVersionEnvironment(routes, namespaced);
  routes.openapi(get, async (c) => {
    const actor = requireActor(c);
    requireScope(actor, 'plugins:read');
    const { namespace_id, plugin_id } = c.req.valid('param');
    const { version, overview, granted, advisories } = await deploymentOverview(
      c.var.deps,
      actor,
      parseNamespaceId(namespace_id),
      plugin_id,
    );
    const { serving } = overview;
    const withUrl = c.req.valid('query').return_presigned_urls && version.quarantined === null;
    if (withUrl) {
      c.header('cache-control', noStore);
      recordDownload(c.var.deps, c.var.caches.calls, {
        ownerId: parseNamespaceId(namespace_id),
        pluginId: version.pluginId,
      });
    }
    return c.json(
      {
        success: true as const,
        plugin: documentWire(
          version,
          { deployed: serving !== null, serving, granted, advisories },
          c.var.deps.storage.bucket,
        ),
        presigned_download_url: withUrl ? (await presignDownload(c.var.deps, version)).url : null,
      },
      200,
    );
  });
  addDeployments(routes);
  addVersionDeployments(routes, namespaced);
  return routes;
}
