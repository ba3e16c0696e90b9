// Serves the builder routes. Operators add, drain and remove builders; an organization sees which ones run its plugins, without their
// addresses and without the load of others.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { requireScope } from '../../access/actor.ts';
import { addBuilder, listBuilders, removeBuilder, setBuilderMode } from '../../builders/pool/register.ts';
import {
  type BuilderReport,
  builderConditions,
  builderModes,
  builderSources,
  withPublicNames,
} from '../../contract/builder/machine/reports.ts';
import { builderListLimits } from '../../contract/limits/builder.ts';
import { type AppEnv, requireActor } from '../context/context.ts';
import { body, errors, json, newRouter, routesOf } from '../openapi/route-definitions.ts';
import { builderGpusInFull, builderGpusInFullWire, builderGpusModel, builderGpusWire } from './builder-gpus.ts';

const route = routesOf('Admin');
const capabilityNames = ['sources', 'builds', 'isolates'] as const;
const name = z.string().openapi({ example: 'east' });
const mode = z.enum(builderModes).openapi({
  description: '`draining`: it gets no new work, and its instances move to the others',
  example: 'active',
});

const common = z.object({
  name,
  mode,
  condition: z.enum(builderConditions).openapi({
    description: '`lost`: given up, until it answers again and has stopped its instances',
    example: 'ok',
  }),
  python: z.string().nullable().openapi({ description: "Null if it didn't answer", example: '3.12.1' }),
  sandbox: z.string().nullable().openapi({ example: 'namespaces' }),
  capabilities: z
    .array(z.enum(capabilityNames))
    .nullable()
    .openapi({ description: 'What its programs allow', example: [...capabilityNames] }),
});
const builderModel = common.extend({ gpus: builderGpusModel }).openapi('Builder');

const count = z.int().nullable().openapi({ example: 12 });
const bytes = z.int().nullable().openapi({ example: 8_000_000_000 });
const builderInFull = common
  .extend({
    url: z.string().openapi({ example: 'http://builder-2.internal:8080' }),
    source: z.enum(builderSources).openapi({ description: '`settings`: in `BUILDER_URLS`', example: 'operator' }),
    instances: count,
    calls_in_flight: count,
    memory_available_bytes: bytes,
    disk_free_bytes: bytes,
    gpus: builderGpusInFull,
  })
  .openapi('BuilderInFull');

const given = z
  .object({
    name: name.regex(/^[a-z][a-z0-9-]{0,39}$/),
    url: z.string().min(1).max(builderListLimits.urlCharsMax).openapi({ example: 'http://builder-2.internal:8080' }),
  })
  .openapi('BuilderRequest');

const params = z.object({ builder_name: z.string() });
const force = z.enum(['true', 'false']).default('false').openapi({ description: 'Remove it even if it has instances' });
const one = { 200: json('The builder', builderInFull) };

const add = route.post('/', 'addBuilder', {
  'x-slipway-command': 'builders add {name} {url}',
  summary: 'Add a builder',
  description:
    "First asks for its health with the Worker's `BUILDER_TOKEN`, and returns 422 with the cause if it can't be used. It gets work within ten seconds.",
  request: { body: body(given) },
  responses: one,
});
const list = route.get('/', 'listAllBuilders', {
  'x-slipway-command': 'builders list',
  summary: 'List all builders',
  description: 'Asks each builder. Empty if the platform starts a container for each instance.',
  responses: { 200: json('The builders', z.object({ builders: z.array(builderInFull) })) },
});
const change = route.patch('/{builder_name}', 'updateBuilder', {
  'x-slipway-command': 'builders drain {builder_name}',
  summary: 'Drain or resume a builder',
  description: 'The last active builder cannot be drained.',
  request: { params, body: body(z.object({ mode }).openapi('BuilderChanges')) },
  responses: { ...one, ...errors(409) },
});
const remove = route.delete('/{builder_name}', 'removeBuilder', {
  'x-slipway-command': 'builders remove {builder_name}',
  summary: 'Remove a builder',
  description: 'Fails while it has instances, and for builders of the settings. Nothing is sent to the builder.',
  request: { params, query: z.object({ force }) },
  responses: { 200: json('The removed builder', z.object({ success: z.literal(true), name })), ...errors(409) },
});

/** Mounted below the operators' routes, which require the admin token. */
export function adminBuilders(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(add, async (c) => {
    const request = c.req.valid('json');
    return c.json(wireInFull(await addBuilder(c.var.deps, request.name, request.url)), 200);
  });
  routes.openapi(list, async (c) => c.json({ builders: (await listBuilders(c.var.deps)).map(wireInFull) }, 200));
  routes.openapi(change, async (c) => {
    const { builder_name } = c.req.valid('param');
    return c.json(wireInFull(await setBuilderMode(c.var.deps, builder_name, c.req.valid('json').mode)), 200);
  });
  routes.openapi(remove, async (c) => {
    const { builder_name } = c.req.valid('param');
    await removeBuilder(c.var.deps, builder_name, c.req.valid('query').force === 'true');
    return c.json({ success: true as const, name: builder_name }, 200);
  });
  return routes;
}

const listOwn = routesOf('Builders').get('/', 'listBuilders', {
  summary: "List the builders that run the organization's plugins",
  description: 'Needs the scope `plugins:read`. Builders of the settings are numbered.',
  responses: { 200: json('The builders', z.object({ builders: z.array(builderModel) })) },
});

export function builders(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(listOwn, async (c) => {
    const actor = requireActor(c);
    requireScope(actor, 'plugins:read');
    const reports = withPublicNames(await listBuilders(c.var.deps));
    const ownWire = (report: BuilderReport) => ({
      ...wire(report),
      gpus: builderGpusWire(report.health?.gpus, actor.organizationId),
    });
    return c.json({ builders: reports.map(ownWire) }, 200);
  });
  return routes;
}

function wire({ condition, health, mode: shownMode, name: shownName }: BuilderReport): z.infer<typeof common> {
  return {
    name: shownName,
    mode: shownMode,
    condition,
    python: health?.python ?? null,
    sandbox: health?.sandbox ?? null,
    capabilities: health && capabilityNames.filter((capability) => health.capabilities[capability].available),
  };
}

function wireInFull(builder: BuilderReport): z.infer<typeof builderInFull> {
  const { health, source, url } = builder;
  return {
    ...wire(builder),
    url,
    source,
    instances: health?.instances ?? null,
    calls_in_flight: health?.usage?.calls_in_flight ?? null,
    memory_available_bytes: health?.usage?.memory.available_bytes ?? null,
    disk_free_bytes: health?.usage?.disk.free_bytes ?? null,
    gpus: builderGpusInFullWire(health?.gpus),
  };
}
