// Serves the routes for a namespace's models. Clients transfer the content directly to and from the store.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { type AppEnv, parseNamespaceId, requireActor } from '../../../api/context/context.ts';
import { deleted, listed, namedBy, namedItem } from '../../../api/extractors/named-items.ts';
import { body, errors, json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { jsonAtMost } from '../../../api/requests/json-body.ts';
import { answerPage } from '../../../api/requests/paging.ts';
import { actorModel } from '../../../api/responses/event-wire.ts';
import { sha256Text } from '../../../contract/digests.ts';
import { storingLimits } from '../../../contract/features/models/limits.ts';
import { modelLimits } from '../../../contract/limits/manifest.ts';
import { modelName } from '../../../contract/plugin/models.ts';
import { iso } from '../../../core/clock.ts';
import { confirmModel, deleteModel, listModels, type Model, requestModel } from '../models.ts';

const route = routesOf('Models');

const modelModel = z
  .object({
    name: z.string().openapi({ example: 'clip-vit-b32' }),
    sha256: z.string(),
    size_bytes: z.int(),
    waived_because: z
      .string()
      .nullable()
      .openapi({ description: 'Why a format that may run code when loaded was accepted. Null if it cannot run code' }),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    updated_by: actorModel,
  })
  .openapi('Model');

const content = {
  sha256: sha256Text.openapi({ description: "The file's SHA-256, in lower-case hexadecimal" }),
  size_bytes: z.int().min(1).max(modelLimits.sizeBytesMax),
};

const named = namedBy(modelName.openapi({ example: 'clip-vit-b32' }));

const list = route.get('/', 'listModels', {
  ...listed(modelModel, 'models'),
  'x-slipway-command': 'models list',
  summary: 'List models, by name',
  description: 'Needs the scope `plugins:read`.',
});
const request = route.put('/{name}', 'requestModel', {
  'x-slipway-command': 'models put {name} FILE',
  'x-slipway-problems': ['quota-exceeded', 'budget-exceeded'],
  summary: "Request an upload URL for a model's content",
  description:
    'Needs the scope `plugins:write`. Send the file to `upload_url` with PUT, then call `confirmModel`. Nothing changes until then. `upload_url` is null if the model already has this content.',
  request: { ...named, body: body(z.object(content).openapi('ModelRequest')) },
  responses: {
    200: json(
      'Where to send the file',
      z
        .object({
          upload_url: z.string().nullable(),
          expires_at: z.iso.datetime().nullable(),
          model: modelModel.nullable().openapi({ description: 'The model, if it already has this content' }),
        })
        .openapi('ModelUpload'),
    ),
  },
});
const confirm = route.post('/{name}/confirm', 'confirmModel', {
  'x-slipway-command': 'models put {name} FILE',
  'x-slipway-problems': ['object-missing', 'integrity-mismatch', 'policy-rejected'],
  summary: "Store a model's content",
  description:
    "Needs the scope `plugins:write`. Checks the uploaded file's size, digest and format. Formats that may run code when loaded are refused, unless `waive_pickle` gives a reason, which needs the scope `policy:admin`. Versions that name the model get the new content at their next start.",
  request: {
    ...named,
    body: body(
      z.object({ ...content, waive_pickle: z.string().trim().min(1).max(2000).nullish() }).openapi('ModelConfirmation'),
    ),
  },
  responses: { 200: json('The model', modelModel), ...errors(400) },
});
const remove = route.delete('/{name}', 'deleteModel', {
  ...deleted(named, 'names it'),
  'x-slipway-command': 'models delete {name}',
  'x-slipway-problems': ['in-use'],
  summary: 'Delete a model',
  description:
    'Needs the scope `plugins:write`. Returns 409 while a live version names the model, unless forced: running instances keep the model, and fail when they are started again.',
});

export function modelRoutes(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use('/:name', jsonAtMost(storingLimits.requestBytes));
  routes.use('/:name/confirm', jsonAtMost(storingLimits.requestBytes));
  routes.openapi(list, (c) =>
    answerPage(
      c,
      (query) => listModels(c.var.deps, requireActor(c), parseNamespaceId(c.req.valid('param').namespace_id), query),
      wire,
    ),
  );
  routes.openapi(request, async (c) => {
    const { sha256, size_bytes: sizeBytes } = c.req.valid('json');
    const content = { ...namedItem(c.req.valid('param')), sha256, sizeBytes };
    const requested = await requestModel(c.var.deps, requireActor(c), content);
    if ('model' in requested) return c.json({ upload_url: null, expires_at: null, model: wire(requested.model) }, 200);
    return c.json({ upload_url: requested.url, expires_at: iso(requested.expiresAt), model: null }, 200);
  });
  routes.openapi(confirm, async (c) => {
    const { sha256, size_bytes: sizeBytes, waive_pickle } = c.req.valid('json');
    const content = { ...namedItem(c.req.valid('param')), sha256, sizeBytes };
    const model = await confirmModel(c.var.deps, requireActor(c), { ...content, waivedBecause: waive_pickle ?? null });
    return c.json(wire(model), 200);
  });
  routes.openapi(remove, async (c) => {
    const item = namedItem(c.req.valid('param'));
    await deleteModel(c.var.deps, requireActor(c), { ...item, force: c.req.valid('query').force === 'true' });
    return c.json({ success: true as const, name: item.name }, 200);
  });
  return routes;
}

function wire(model: Model): z.infer<typeof modelModel> {
  return {
    name: model.name,
    sha256: model.sha256,
    size_bytes: model.sizeBytes,
    waived_because: model.waivedBecause,
    created_at: iso(model.createdAt),
    updated_at: iso(model.updatedAt),
    updated_by: model.updatedBy,
  };
}
