// Serves the OpenAPI document of one plugin, from which generators make a typed client.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { requireScope } from '../../../access/actor.ts';
import type { OperationDocument } from '../../../contract/reference.ts';
import { findFreshRoute } from '../../../serve/route.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../../context/context.ts';
import { errors, routesOf } from '../../openapi/route-definitions.ts';
import type { Reference } from '../../reference/reference-documents.ts';
import { callDeps } from '../../requests/call-deps.ts';
import { requestOrigin } from '../../requests/origin.ts';
import { byName } from '../../requests/surfaces.ts';
import { jsonAnswer, jsonWithTexts } from '../../responses/json-answer.ts';
import { callSchemas } from './call-schemas.ts';
import { pluginDocument } from './plugin-document.ts';

const document = routesOf('Versions').get('/by-name/{slug}/openapi.json', 'getPluginOpenApi', {
  'x-slipway-command': 'show {slug} --openapi',
  'x-slipway-problems': ['not-deployed', 'plugin-withdrawn', 'plugin-building'],
  summary: "Get a plugin's OpenAPI document",
  description:
    "Describes calls to the version that serves the name, with the manifest's `input_schema`, `parameter_schema` and `output_schema`, for generators of typed clients. If no version answers calls to the name, responds as a call does.",
  request: { params: byName },
  responses: {
    200: jsonWithTexts('The OpenAPI 3.1 document', z.looseObject({ openapi: z.literal('3.1.0') })),
    ...errors(400, 409),
  },
});

/** `reference` has the operation that calls a plugin by name. */
export function addPluginOpenApi(routes: OpenAPIHono<AppEnv>, reference: () => Reference): void {
  let call: OperationDocument | undefined;
  routes.openapi(document, async (c) => {
    const actor = requireActor(c);
    requireScope(actor, 'plugins:read');
    const { namespace_id, slug } = c.req.valid('param');
    const callee = { by: 'name' as const, namespaceId: parseNamespaceId(namespace_id), name: slug };
    const { namespaceId, version } = await findFreshRoute(callDeps(c), actor, callee);
    call ??= reference().operation('callPluginByName');
    if (!call) throw new Error('the API has no operation callPluginByName');
    const server = c.var.deps.publicUrl ?? requestOrigin(c);
    const schemas = await callSchemas(version);
    return jsonAnswer(c, pluginDocument(call, { namespaceId, version, server, schemas }));
  });
}
