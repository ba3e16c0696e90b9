// Serves the routes that list, enable and disable organization plugins in a namespace (mixpeek §5, rows 11-13).
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { jsonObject } from '../../contract/json.ts';
import { apiLimits, pageLimitMax } from '../../contract/limits/requests.ts';
import { formatVersion } from '../../contract/plugin/manifest.ts';
import { iso } from '../../core/clock.ts';
import type { Deployment } from '../../pointers/overview.ts';
import { type Enableable, listEnableable } from '../../registry/versions/enabled.ts';
import { versionSlug } from '../../registry/versions/versions.ts';
import { disablePlugin, enablePlugin } from '../../rollouts/enabling.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../context/context.ts';
import { body, errors, json, routesOf } from '../openapi/route-definitions.ts';
import { emptyBodyIsNull, jsonAtMost, textAt } from '../requests/json-body.ts';
import { offsetField, pageFields } from '../requests/paging.ts';
import { mayMoveTraffic } from '../requests/read-your-writes.ts';
import { releaseDefault, releaseField } from '../requests/release-choice.ts';
import { namespaced, onePlugin } from '../requests/surfaces.ts';
import { jsonAnswer, jsonWithTexts, objectTextOrNull } from '../responses/json-answer.ts';
import { stageField } from '../responses/version-fields.ts';
import { withdrawalFields, withdrawalWire } from '../responses/withdrawal-wire.ts';
import { versionDescription } from './extractor-wire.ts';

const route = routesOf(namespaced.tag);

const itemModel = z
  .object({
    plugin_id: z.string(),
    name: z.string(),
    version: z.string(),
    description: z.string().nullable(),
    feature_uri: z.string(),
    validation_status: z.literal('passed'),
    stage: stageField,
    ...withdrawalFields,
    enabled_in_namespace: z.boolean(),
    parameters: objectTextOrNull.openapi({
      description: "Default parameters for the plugin's deployments in this namespace. Null if it is not enabled",
    }),
    shadowed: z
      .boolean()
      .openapi({ description: 'The namespace has its own plugin with the same name, which takes precedence' }),
    created_at: z.iso.datetime(),
  })
  .openapi('AvailablePlugin');

const available = route.get('/available', 'listAvailablePlugins', {
  'x-slipway-command': 'list --source community',
  summary: 'List organization plugins that can be enabled in a namespace',
  request: {
    params: namespaced.params,
    query: z.object({
      name: z.string().optional(),
      ...pageFields,
      limit: pageFields.limit.default(pageLimitMax),
      offset: offsetField,
    }),
  },
  responses: {
    200: jsonWithTexts(
      'Every version of each plugin, enabled or not',
      z
        .object({
          success: z.literal(true),
          plugins: z.array(itemModel),
          total: z.int(),
          next_cursor: z.string().nullable(),
          organization_id: z.string(),
          namespace_id: z.string(),
        })
        .openapi('AvailablePlugins'),
    ),
  },
});

const enableModel = z
  .object({
    success: z.literal(true),
    plugin_id: z.string(),
    namespace_id: z.string(),
    feature_uri: z.string(),
    message: z.string().openapi({ example: 'text_profile@1.1.0 is enabled' }),
    deployment_status: z.enum(['deployed', 'pending', 'skipped']),
    deployment_id: z.string().nullable(),
  })
  .openapi('PluginEnabled');

const enableRoute = route.post('/org/{plugin_id}/enable', 'enablePlugin', {
  'x-slipway-command': 'enable {plugin_id}',
  middleware: mayMoveTraffic,
  summary: 'Enable an organization plugin in a namespace',
  description:
    "Enables one version and deploys it. The namespace's paths then serve it like one of the namespace's own plugins, with separate deployments, parameters and traffic. Enabling it again replaces its parameters if `params` is sent.",
  request: {
    params: onePlugin,
    body: body(
      z
        .object({
          params: jsonObject.nullish().openapi({
            description:
              "Default parameters for each realtime call in this namespace. The call's own parameters take precedence.",
          }),
          deploy: z.boolean().nullish().openapi({ description: 'Defaults to true.' }),
          release: releaseField(releaseDefault),
        })
        .nullable(),
      false,
    ),
  },
  responses: {
    200: json(
      "The plugin is enabled. `skipped` means that it was not deployed, because `deploy` was false or one of the namespace's plugins shadows it.",
      enableModel,
    ),
    ...errors(400),
  },
});

const disableRoute = route.post('/org/{plugin_id}/disable', 'disablePlugin', {
  'x-slipway-command': 'disable {plugin_id}',
  middleware: mayMoveTraffic,
  summary: 'Disable an organization plugin in a namespace',
  description: 'Undeploys and disables one version.',
  request: { params: onePlugin },
  responses: {
    200: json(
      'The version is disabled, or was not enabled',
      z
        .object({
          success: z.literal(true),
          plugin_id: z.string(),
          namespace_id: z.string(),
          message: z.string().openapi({ example: 'text_profile@1.1.0 is disabled' }),
        })
        .openapi('PluginDisabled'),
    ),
  },
});

export function addEnabling(routes: OpenAPIHono<AppEnv>): void {
  routes.openapi(available, async (c) => {
    const actor = requireActor(c);
    const namespaceId = parseNamespaceId(c.req.param('namespace_id') ?? '');
    const { name, offset, ...page } = c.req.valid('query');
    const request = { page, offset, name };
    const { items, total, nextCursor } = await listEnableable(c.var.deps, actor, namespaceId, request);
    const owner = { organization_id: actor.organizationId, namespace_id: namespaceId };
    const plugins = items.map(itemWire);
    return jsonAnswer(c, { success: true as const, plugins, total, next_cursor: nextCursor, ...owner });
  });

  routes.use('/org/:plugin_id/enable', jsonAtMost(apiLimits.enableBytes, ['params']), emptyBodyIsNull);
  routes.openapi(enableRoute, async (c) => {
    const { namespace_id, plugin_id } = c.req.valid('param');
    const { deploy, release } = c.req.valid('json') ?? {};
    const namespaceId = parseNamespaceId(namespace_id);
    const enabled = await enablePlugin(
      c.var.deps,
      requireActor(c),
      { namespaceId, pluginId: plugin_id },
      { parameters: textAt(c, 'params') ?? null, deploy: deploy ?? true, release: release ?? null },
    );
    return c.json(
      {
        success: true as const,
        plugin_id,
        namespace_id: namespaceId,
        feature_uri: enabled.version.featureUri,
        ...deploymentWire(enabled),
      },
      200,
    );
  });

  routes.openapi(disableRoute, async (c) => {
    const { namespace_id, plugin_id } = c.req.valid('param');
    const namespaceId = parseNamespaceId(namespace_id);
    const { enabled } = await disablePlugin(c.var.deps, requireActor(c), namespaceId, plugin_id);
    const message = enabled
      ? `Plugin ${plugin_id} was undeployed and disabled in this namespace`
      : `Plugin ${plugin_id} was not enabled in this namespace`;
    return c.json({ success: true as const, plugin_id, namespace_id: namespaceId, message }, 200);
  });
}

function itemWire({ version, enabled, parameters, shadowed }: Enableable): z.infer<typeof itemModel> {
  return {
    plugin_id: versionSlug(version),
    name: version.name,
    version: formatVersion(version),
    description: versionDescription(version),
    feature_uri: version.featureUri,
    validation_status: 'passed',
    stage: version.stage,
    ...withdrawalWire(version),
    enabled_in_namespace: enabled,
    parameters,
    shadowed,
    created_at: iso(version.createdAt),
  };
}

function deploymentWire({
  version,
  shadowed,
  deployment,
}: Enableable & { deployment: Deployment | undefined }): Pick<
  z.infer<typeof enableModel>,
  'message' | 'deployment_status' | 'deployment_id'
> {
  const id = versionSlug(version);
  if (shadowed) {
    const message = `Plugin ${id} is enabled but shadowed: this namespace has its own plugin named ${version.name}, which takes precedence`;
    return { message, deployment_status: 'skipped', deployment_id: null };
  }
  if (!deployment) return { message: `Plugin ${id} is enabled`, deployment_status: 'skipped', deployment_id: null };
  return deployment.status === 'promoted'
    ? { message: `Plugin ${id} is enabled and deployed`, deployment_status: 'deployed', deployment_id: deployment.id }
    : {
        message: `Plugin ${id} is enabled; its deployment is queued`,
        deployment_status: 'pending',
        deployment_id: deployment.id,
      };
}
