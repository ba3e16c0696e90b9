// Serves the routes for Go plugins from Git, for Mimir's clients. The pipeline and storage surfaces have the same routes. They differ
// in the interface that `Plugin` must implement. Like Mimir's server, they respond to invalid input with 400.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { builderLimits } from '../../contract/limits/builder.ts';
import { Problem } from '../../core/problem.ts';
import type { Deps } from '../../deps.ts';
import { installPlugin } from '../../pipeline/requests.ts';
import {
  type InstalledFilter,
  type InstalledPlugin,
  latestRequested,
  listInstalled,
} from '../../registry/go/installed-plugins.ts';
import { type InstallOutcome, uninstallPlugin } from '../../rollouts/installs/install-requests.ts';
import { type AppEnv, requireActor } from '../context/context.ts';
import { body, errors, json, newRouter, routesOf } from '../openapi/route-definitions.ts';
import { renderProblemsAs } from '../problems/problem-json.ts';
import { problemResponse } from '../problems/problem-response.ts';
import { bodyRequired, jsonAtMost } from '../requests/json-body.ts';
import { preferred, waitSeconds } from '../requests/preferred-wait.ts';
import { mayMoveTraffic } from '../requests/read-your-writes.ts';
import { type GoSurface, named } from '../requests/surfaces.ts';
import { refusalProblem } from '../responses/source-refusals.ts';
import { addCallRoutes, serveCalls } from './call-routes.ts';
import {
  installBody,
  installedWire,
  installWire,
  type PluginWire,
  pluginModel,
  stagedWire,
  toInstall,
  updateBody,
} from './go-plugin-wire.ts';

export function goPlugins(surface: GoSurface): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use(renderProblemsAs(goProblemResponse));
  serveCalls(routes, surface);
  routes.use(jsonAtMost(builderLimits.callBytes, ['params']));
  addReading(routes, surface);
  addInstall(routes, surface);
  addUpdate(routes, surface);
  addUninstall(routes, surface);
  addCallRoutes(routes, surface);
  return routes;
}

/** Responds to invalid input with 400. */
function goProblemResponse(problem: Problem, requestId: string): Response {
  const isInput = problem.code === 'invalid-request' || problem.code === 'malformed-json';
  return problemResponse(problem, requestId, isInput ? 400 : undefined);
}

function addReading(routes: OpenAPIHono<AppEnv>, { kind, noun, tag }: GoSurface): void {
  const route = routesOf(tag);
  const list = route.get('/', `list${noun}s`, {
    'x-slipway-command': `list --kind ${kind}`,
    summary: 'List installed plugins, by name',
    responses: { 200: json('The plugins', z.array(pluginModel)), ...errors(404) },
  });
  const get = route.get('/{name}', `get${noun}`, {
    'x-slipway-command': `show {name} --kind ${kind}`,
    summary: 'Get a plugin',
    request: named,
    responses: { 200: json('The plugin', pluginModel) },
  });
  routes.openapi(list, async (c) => {
    requireScope(requireActor(c), 'plugins:read');
    return c.json(await listWires(c.var.deps, requireActor(c), { kind }), 200);
  });
  routes.openapi(get, async (c) => {
    requireScope(requireActor(c), 'plugins:read');
    const { name } = c.req.valid('param');
    const [plugin] = await listWires(c.var.deps, requireActor(c), { kind, name });
    if (!plugin) throw notFound('plugin', name);
    return c.json(plugin, 200);
  });
}

async function listWires(deps: Deps, actor: Actor, which: InstalledFilter): Promise<PluginWire[]> {
  const { installed, installs } = await listInstalled(deps, actor, which);
  const plugins = await Promise.all(installed.map((plugin) => wire(deps, plugin)));
  return [...plugins, ...installs.map(installWire)].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function wire({ builder }: Pick<Deps, 'builder'>, plugin: InstalledPlugin): Promise<PluginWire> {
  const id = plugin.serving?.deploymentId;
  const status = id === undefined ? undefined : await builder.status(id).catch(() => undefined);
  return installedWire(plugin, status);
}

const installDescription =
  'Fetches, scans, builds and starts the plugin, and returns the outcome. If that takes longer than 90 s, or than `Prefer: wait`, returns the plugin with status `building`. In that case, poll the URL in `Location`.';

function addInstall(routes: OpenAPIHono<AppEnv>, { kind, noun, tag }: GoSurface): void {
  const install = routesOf(tag).post('/', `install${noun}`, {
    'x-slipway-command': `install {repository} --ref {version} --kind ${kind}`,
    middleware: mayMoveTraffic,
    summary: 'Install a plugin from a Git repository',
    description: installDescription,
    request: { headers: preferred, body: body(installBody) },
    responses: { 201: json('The plugin', pluginModel), ...errors(404, 422) },
  });
  routes.openapi(install, async (c) => {
    const { deps } = c.var;
    const request = toInstall(kind, c.req.valid('json'));
    const wait = waitSeconds(c.req.valid('header'));
    const plugin = await outcomeWire(deps, await installPlugin(deps, requireActor(c), request, wait));
    c.header('location', `${c.req.path.replace(/\/$/, '')}/${plugin.name}`);
    return c.json(plugin, 201);
  });
}

function addUpdate(routes: OpenAPIHono<AppEnv>, { kind, noun, tag }: GoSurface): void {
  const update = routesOf(tag).put('/{name}', `update${noun}`, {
    middleware: [bodyRequired, mayMoveTraffic],
    summary: 'Update a plugin to another version',
    description: `${installDescription} Calls go to the previous version until the new one is ready, and stay there if the update fails. An update waits if the plugin is still being installed or updated. If another update is already waiting, it returns 409 and \`Retry-After\`.`,
    request: { headers: preferred, ...named, body: body(updateBody) },
    responses: { 200: json('The plugin', pluginModel), ...errors(409, 422) },
  });
  routes.openapi(update, async (c) => {
    const { deps } = c.var;
    const { name } = c.req.valid('param');
    const { description, git_ref, placement, release = null, version } = c.req.valid('json');
    requireScope(requireActor(c), 'plugins:write');
    const before = await latestRequested(deps, requireActor(c), { kind, name });
    const ref = version ?? git_ref ?? before.source.ref;
    const requested = placement === undefined ? {} : { placement };
    const source = { ...before.source, ref, commit: null, named: true, ...requested };
    const request = {
      kind,
      name,
      source,
      description: description ?? before.description,
      release,
      of: 'known' as const,
    };
    const wait = waitSeconds(c.req.valid('header'));
    return c.json(await outcomeWire(deps, await installPlugin(deps, requireActor(c), request, wait)), 200);
  });
}

function addUninstall(routes: OpenAPIHono<AppEnv>, { kind, noun, tag }: GoSurface): void {
  const remove = routesOf(tag).delete('/{name}', `uninstall${noun}`, {
    'x-slipway-command': `uninstall {name} --kind ${kind}`,
    middleware: mayMoveTraffic,
    summary: 'Uninstall a plugin',
    request: named,
    responses: { 204: { description: 'Uninstalled' } },
  });
  routes.openapi(remove, async (c) => {
    await uninstallPlugin(c.var.deps, requireActor(c), kind, c.req.valid('param').name);
    return c.body(null, 204);
  });
}

async function outcomeWire(deps: Deps, outcome: InstallOutcome): Promise<PluginWire> {
  switch (outcome.status) {
    case 'installed':
      return wire(deps, outcome.plugin);
    case 'under-way':
      return installWire(outcome.install);
    case 'staged':
      return stagedWire(outcome.version);
    case 'refused':
      throw outcome.refusal.code === 'already-installed'
        ? new Problem('already-installed', outcome.refusal.message)
        : refusalProblem(outcome.refusal, outcome);
  }
}
