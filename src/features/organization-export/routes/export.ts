// Serves administrators their organization's export.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { type AppEnv, requireActor } from '../../../api/context/context.ts';
import { newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { invalidRequest } from '../../../api/problems/problem-response.ts';
import { exportAnswer } from '../../../api/responses/export-answer.ts';
import { requireAdministrator } from '../../../organizations/deletion.ts';
import { exportOrganization, parseExportPosition } from '../export.ts';

const exportQuery = z.object({
  from: z
    .string()
    .max(2000)
    .optional()
    .openapi({ description: 'The value of `next` from the end of the previous part' }),
});

/** Declared only for the document, like the event export. */
const download = routesOf('Organization').get('/export', 'exportOrganization', {
  'x-slipway-command': 'orgs export FOLDER',
  summary: "Export the organization's data",
  description: `Returns NDJSON: a line \`{"table": …, "row": …}\` per row, \`{"object": {"key", "size", "url"}}\` per stored object, with a URL valid for an hour, and \`{"end": …}\` last. If the end has \`next\`, send it as \`from\` to get the remaining data. The export omits secrets; events have a separate export. See docs/reference/operations.md. Needs the scope \`keys:admin\` and a key that is not bound to namespaces.`,
  request: { query: exportQuery },
  responses: { 200: { description: 'The export', content: { 'application/x-ndjson': { schema: z.string() } } } },
});

export function organizationExport(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openAPIRegistry.registerPath(download);
  routes.get(download.path, (c) => {
    const query = exportQuery.safeParse(c.req.query());
    if (!query.success) throw invalidRequest(query.error, 'query');
    const actor = requireActor(c);
    requireAdministrator(actor);
    const from = query.data.from === undefined ? null : parseExportPosition(query.data.from);
    return exportAnswer(c, 'organization.ndjson', exportOrganization(c.var.deps, actor.organizationId, from));
  });
  return routes;
}
