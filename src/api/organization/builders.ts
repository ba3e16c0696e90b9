// Serves the builder routes. Operators add, drain and remove builders; an organization sees which ones run its plugins, without their
// addresses.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { builderConditions, builderModes, builderSources } from '../../contract/builder/reports.ts';
import { builderListLimits } from '../../contract/limits/builder.ts';
import { iso } from '../../core/clock.ts';
import {
  addBuilder,
  builderByName,
  listBuilders,
  listOwnBuilders,
  type RegisteredBuilder,
  removeBuilder,
  setBuilderMode,
} from '../../deploy/builders/register.ts';
import { type AppEnv, requireActor } from '../context.ts';
import { bearer, body, errors, json, newRouter } from '../openapi/route-definitions.ts';

const common = { tags: ['Admin'], security: bearer };

const capabilityNames = ['sources', 'builds', 'isolates'] as const;

const shown = {
  name: z.string().openapi({ example: 'east' }),
  mode: z.enum(builderModes).openapi({
    description: '`draining`: it gets no new work, and its instances move to the other builders',
    example: 'active',
  }),
  condition: z.enum(builderConditions).openapi({
    description:
      "`late`: didn't answer in time. `failed`: refused the connection, or answered with an error. `stopping`: finishes its calls before it exits. `lost`: given up, until it answers again and has stopped its instances",
    example: 'ok',
  }),
  python: z.string().nullable().openapi({ description: "Null if it didn't answer", example: '3.12.1' }),
  sandbox: z.string().nullable().openapi({ example: 'namespaces' }),
  capabilities: z
    .array(z.enum(capabilityNames))
    .nullable()
    .openapi({
      description:
        'What its programs allow: `sources` needs Git, `builds` needs Go, `isolates` runs Go plugins as WebAssembly',
      example: ['sources', 'builds', 'isolates'],
    }),
};
const builderModel = z.object(shown).openapi('Builder');

const count = z.int().nullable().openapi({ example: 12 });
const bytes = z.int().nullable().openapi({ example: 8_000_000_000 });
const builderInFull = z
  .object({
    ...shown,
    url: z.string().openapi({ example: 'http://builder-2.internal:8080' }),
    source: z.enum(builderSources).openapi({
      description: '`settings`: in `BUILDER_URLS`. `operator`: added while Slipway runs',
      example: 'operator',
    }),
    instances: count,
    calls_in_flight: count,
    memory_available_bytes: bytes,
    disk_free_bytes: bytes,
    took_ms: z.int().openapi({ description: 'Response time of its last check', example: 4 }),
    silent_since: z.iso.datetime().nullable().openapi({ description: 'Since when it has not answered' }),
    added_at: z.iso.datetime().nullable(),
  })
  .openapi('BuilderInFull');

const given = z
  .object({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,39}$/)
      .openapi({ description: 'Lower-case letters, digits and `-`', example: 'east' }),
    url: z.string().min(1).max(builderListLimits.urlCharsMax).openapi({ example: 'http://builder-2.internal:8080' }),
  })
  .openapi('BuilderRequest');

const named = { params: z.object({ builder_name: z.string() }) };
const { mode } = shown;
const one = { 200: json('The builder', builderInFull) };

const add = createRoute({
  ...common,
  method: 'post',
  path: '/',
  operationId: 'addBuilder',
  summary: 'Add a builder',
  description:
    "First asks for its health with the Worker's `BUILDER_TOKEN`. Returns 422 with the cause if it doesn't answer, is from an incompatible release, or keeps packages to itself. It gets work within ten seconds.",
  request: { body: body(given) },
  responses: { ...one, ...errors(401, 403, 409, 413, 422) },
});
const list = createRoute({
  ...common,
  method: 'get',
  path: '/',
  operationId: 'listAllBuilders',
  summary: 'List all builders',
  description: 'Asks each builder. The list is empty if the platform starts a container for each instance.',
  responses: { 200: json('The builders', z.object({ builders: z.array(builderInFull) })), ...errors(401, 403) },
});
const get = createRoute({
  ...common,
  method: 'get',
  path: '/{builder_name}',
  operationId: 'getBuilder',
  summary: 'Get a builder',
  request: named,
  responses: { ...one, ...errors(401, 403, 404) },
});
const change = createRoute({
  ...common,
  method: 'patch',
  path: '/{builder_name}',
  operationId: 'updateBuilder',
  summary: 'Drain or resume a builder',
  description: 'The last active builder cannot be drained.',
  request: { ...named, body: body(z.object({ mode }).openapi('BuilderChanges')) },
  responses: { ...one, ...errors(401, 403, 404, 409, 413, 422) },
});
const remove = createRoute({
  ...common,
  method: 'delete',
  path: '/{builder_name}',
  operationId: 'removeBuilder',
  summary: 'Remove a builder',
  description:
    'Fails while it has instances, and for builders in `BUILDER_URLS`. Nothing is sent to the builder, so stop it afterwards.',
  request: {
    ...named,
    query: z.object({
      force: z.enum(['true', 'false']).default('false').openapi({ description: 'Remove it even if it has instances' }),
    }),
  },
  responses: {
    200: json('The removed builder', z.object({ success: z.literal(true), name: shown.name })),
    ...errors(401, 403, 404, 409, 422),
  },
});

/** Mounted below the operators' routes, which require the admin token. */
export function adminBuilders(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(add, async (c) => {
    const { name, url } = c.req.valid('json');
    return c.json(wireInFull(await addBuilder(c.var.deps, name, url)), 200);
  });
  routes.openapi(list, async (c) => c.json({ builders: (await listBuilders(c.var.deps)).map(wireInFull) }, 200));
  routes.openapi(get, async (c) =>
    c.json(wireInFull(await builderByName(c.var.deps, c.req.valid('param').builder_name)), 200),
  );
  routes.openapi(change, async (c) => {
    const name = c.req.valid('param').builder_name;
    return c.json(wireInFull(await setBuilderMode(c.var.deps, name, c.req.valid('json').mode)), 200);
  });
  routes.openapi(remove, async (c) => {
    const name = c.req.valid('param').builder_name;
    await removeBuilder(c.var.deps, name, c.req.valid('query').force === 'true');
    return c.json({ success: true as const, name }, 200);
  });
  return routes;
}

const listOwn = createRoute({
  tags: ['Builders'],
  security: bearer,
  method: 'get',
  path: '/',
  operationId: 'listBuilders',
  summary: "List the builders that run the organization's plugins",
  description:
    'Needs the scope `plugins:read`. Builders of the settings are numbered. The list is empty if the platform starts a container for each instance.',
  responses: { 200: json('The builders', z.object({ builders: z.array(builderModel) })), ...errors(401, 403) },
});

export function builders(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(listOwn, async (c) =>
    c.json({ builders: (await listOwnBuilders(c.var.deps, requireActor(c))).map(wire) }, 200),
  );
  return routes;
}

function wire({ condition, health, mode: shownMode, name }: RegisteredBuilder): z.infer<typeof builderModel> {
  return {
    name,
    mode: shownMode,
    condition,
    python: health?.python ?? null,
    sandbox: health?.sandbox ?? null,
    capabilities: health && capabilityNames.filter((capability) => health.capabilities[capability].available),
  };
}

function wireInFull(builder: RegisteredBuilder): z.infer<typeof builderInFull> {
  const { health, row, source, tookMs, url } = builder;
  const usage = health?.usage;
  return {
    ...wire(builder),
    url,
    source,
    instances: health?.instances ?? null,
    calls_in_flight: usage?.calls_in_flight ?? null,
    memory_available_bytes: usage?.memory.available_bytes ?? null,
    disk_free_bytes: usage?.disk.free_bytes ?? null,
    took_ms: tookMs,
    silent_since: row?.silentSince == null ? null : iso(row.silentSince),
    added_at: row && iso(row.addedAt),
  };
}
