// Serves the routes for a whole organization's extractors, which its namespaces can enable (mixpeek §4).
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { requireScope } from '../../access/actor.ts';
import { catalogItem } from '../../registry/versions/catalog.ts';
import { type AppEnv, requireActor } from '../context/context.ts';
import { json, newRouter, routesOf } from '../openapi/route-definitions.ts';
import { organizationWide } from '../requests/surfaces.ts';
import { addCatalog } from './catalog-routes.ts';
import { addVersionDeployments } from './deployments/deployment-history.ts';
import { documentModel, documentWire } from './extractor-wire.ts';
import { addTrial } from './trial.ts';
import { addGitSource } from './uploads/git-source.ts';
import { addUploads } from './uploads/upload-routes.ts';
import { addVersionContent } from './versions/version-content.ts';
import { addVersionEnvironment } from './versions/version-environment.ts';
import { addVersionScan } from './versions/version-scan.ts';
import { addDiff } from './versions/versions.ts';
import { addWithdrawing } from './withdrawing.ts';

const get = routesOf(organizationWide.tag).get('/{plugin_id}', 'getOrganizationPlugin', {
  summary: 'Get a plugin version',
  request: { params: z.object({ plugin_id: z.string() }) },
  responses: { 200: json('The version', z.object({ success: z.literal(true), plugin: documentModel })) },
});

export function organizationExtractors(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  addUploads(routes, organizationWide);
  addGitSource(routes, organizationWide);
  addDiff(routes, organizationWide);
  addTrial(routes, organizationWide);
  addWithdrawing(routes, organizationWide);
  addCatalog(routes, organizationWide);
  addVersionContent(routes, organizationWide);
  addVersionScan(routes, organizationWide);
  addVersionEnvironment(routes, organizationWide);
  addVersionDeployments(routes, organizationWide);
  routes.openapi(get, async (c) => {
    const actor = requireActor(c);
    requireScope(actor, 'plugins:read');
    const { version, deployed, granted, advisories } = await catalogItem(
      c.var.deps,
      actor,
      organizationWide.ownerOf(c),
      c.req.param('plugin_id'),
    );
    return c.json(
      {
        success: true as const,
        plugin: documentWire(version, { deployed, serving: null, granted, advisories }, c.var.deps.storage.bucket),
      },
      200,
    );
  });
  return routes;
}
