// Serves the Ray cluster routes. Operators add, check and remove clusters; an organization sees the ones that run its plugins. No
// response contains a token, and no organization's response contains an address.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { requireId } from '../../../access/actor.ts';
import { type AppEnv, requireActor } from '../../../api/context/context.ts';
import { body, errors, json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { answerPage, pageFields, pageOf } from '../../../api/requests/paging.ts';
import type { ActorRef } from '../../../contract/actor.ts';
import { clusterReaches, clusterStates } from '../../../contract/features/clusters/feature.ts';
import { clusterLimits } from '../../../contract/features/clusters/limits.ts';
import { clusterNetworks } from '../../../contract/states.ts';
import { iso } from '../../../core/clock.ts';
import {
  addCluster,
  type Cluster,
  changeClusterNetwork,
  clusterByName,
  listClusters,
  listTrustedClusters,
  recheckCluster,
  removeCluster,
} from '../clusters.ts';

const operator: ActorRef = { type: 'admin', id: 'admin-token' };

const route = routesOf('Admin');

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/)
  .openapi({ description: 'Lower-case letters, digits and `-`', example: 'gpu-pool' });
const named = {
  params: z.object({ cluster_name: z.string().openapi({ param: { description: 'Name of the Ray cluster' } }) }),
};
const url = z.string().min(1).max(clusterLimits.urlCharsMax);
const token = z
  .string()
  .min(1)
  .max(clusterLimits.tokenCharsMax)
  .regex(/^[!-~]+$/);
const dashboardUrl = url.openapi({ example: 'https://ray.example.com' });
const serveUrl = url.openapi({
  description: "URL at which Ray Serve's HTTP proxy responds",
  example: 'https://ray-serve.example.com',
});

export const clusterNetworkModel = z.enum(clusterNetworks).openapi('ClusterNetwork', {
  description:
    '`open`: plugins that are granted hosts may run on the cluster, without being confined to them. `none`: only plugins that ask for no hosts. Slipway enforces neither on the cluster',
  example: 'none',
});

const checked = {
  state: z.enum(clusterStates).openapi({ description: 'Result of the last check', example: 'ready' }),
  ray_version: z.string().nullable().openapi({ description: 'Null if no check could read it', example: '2.60.0' }),
  files: z.enum(clusterReaches).nullable().openapi({
    description:
      "What its nodes can fetch from the store: `any`, or `small` if they can't reach it. Then archives may have 8 MiB, and plugins get neither models nor packages of the organization's own indexes. Null if the last checks could not find out",
    example: 'any',
  }),
  checked_at: z.iso.datetime(),
};

const clusterModel = z
  .object({
    name,
    ...checked,
    network: clusterNetworkModel,
    deployments: z
      .int()
      .openapi({ description: "Number of the organization's deployments that run on the cluster", example: 3 }),
  })
  .openapi('Cluster');

const clusterInFull = z
  .object({
    cluster_id: z.string(),
    name,
    dashboard_url: dashboardUrl,
    serve_url: serveUrl,
    trusted_for: z
      .array(z.string())
      .nullable()
      .openapi({ description: 'IDs of the organizations whose plugins may run on the cluster; null for all' }),
    ...checked,
    network: clusterNetworkModel,
    message: z
      .string()
      .nullable()
      .openapi({ description: 'The problem and its fix; null if there is none', example: null }),
    created_at: z.iso.datetime(),
  })
  .openapi('ClusterInFull');

const given = z
  .object({
    name,
    dashboard_url: dashboardUrl,
    serve_url: serveUrl,
    token: token.openapi({
      format: 'password',
      description: "The cluster's `RAY_AUTH_TOKEN`",
      example: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
    }),
    trusted_for: z.array(z.string()).min(1).max(clusterLimits.organizationsMax).nullable().openapi({
      description:
        "IDs of the organizations whose plugins may run on the cluster; null for all. Plugins there are not sandboxed, but trusted like the cluster's own code",
    }),
    network: clusterNetworkModel.default('none'),
  })
  .openapi('ClusterRequest');

const changes = z.object({ network: clusterNetworkModel }).openapi('ClusterChanges');

const add = route.post('/', 'addCluster', {
  'x-slipway-problems': ['quota-exceeded', 'name-taken', 'cluster-refused'],
  'x-slipway-command':
    'clusters add {name} --dashboard {dashboard_url} --serve {serve_url} --token-env RAY_TOKEN --all',
  summary: 'Connect a Ray cluster',
  description:
    "First asks the dashboard for its version and for other owners' applications. Returns 422 `cluster-refused` with the cause if the cluster cannot be used, and 409 if the name or the dashboard is taken.",
  request: { body: body(given) },
  responses: { 200: json('The cluster', clusterInFull), ...errors(404) },
});
const listAll = route.get('/', 'listAllClusters', {
  'x-slipway-command': 'clusters list',
  summary: 'List all Ray clusters',
  request: { query: z.object(pageFields) },
  responses: { 200: json('A page of clusters', pageOf(clusterInFull)) },
});
const get = route.get('/{cluster_name}', 'getCluster', {
  'x-slipway-command': 'clusters show {cluster_name}',
  summary: 'Get a Ray cluster with its last check',
  request: named,
  responses: { 200: json('The cluster', clusterInFull) },
});
const change = route.patch('/{cluster_name}', 'updateCluster', {
  'x-slipway-command': 'clusters edit {cluster_name} --network {network}',
  summary: "Update a Ray cluster's network",
  description:
    'Affects deployments from now on. After `none`, running plugins that are granted hosts keep running, but their next start needs a cluster with an open network.',
  request: { ...named, body: body(changes) },
  responses: { 200: json('The cluster', clusterInFull) },
});
const check = route.post('/{cluster_name}/check', 'checkCluster', {
  'x-slipway-command': 'clusters check {cluster_name}',
  summary: 'Check a Ray cluster now',
  description: 'Slipway also checks each cluster every five minutes. `state` and `message` describe problems.',
  request: named,
  responses: { 200: json("The cluster with the check's result", clusterInFull) },
});
const remove = route.delete('/{cluster_name}', 'removeCluster', {
  'x-slipway-command': 'clusters remove {cluster_name}',
  summary: 'Remove a Ray cluster',
  description: "Deletes the cluster's token. Nothing is sent to the cluster.",
  request: named,
  responses: { 200: json('The removed cluster', z.object({ success: z.literal(true), name })) },
});

/** Mounted below the operators' routes, which require the admin token. */
export function adminClusters(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(add, async (c) => {
    const { dashboard_url, serve_url, trusted_for, ...request } = c.req.valid('json');
    const trustedFor = trusted_for?.map(organizationIdOf) ?? null;
    const cluster = { ...request, dashboardUrl: dashboard_url, serveUrl: serve_url, trustedFor };
    return c.json(wireInFull(await addCluster(c.var.deps, operator, cluster)), 200);
  });
  routes.openapi(listAll, (c) => answerPage(c, (query) => listClusters(c.var.deps, query), wireInFull));
  routes.openapi(get, async (c) =>
    c.json(wireInFull(await clusterByName(c.var.deps, c.req.valid('param').cluster_name)), 200),
  );
  routes.openapi(change, async (c) => {
    const { cluster_name } = c.req.valid('param');
    const { network } = c.req.valid('json');
    return c.json(wireInFull(await changeClusterNetwork(c.var.deps, operator, cluster_name, network)), 200);
  });
  routes.openapi(check, async (c) =>
    c.json(wireInFull(await recheckCluster(c.var.deps, c.req.valid('param').cluster_name)), 200),
  );
  routes.openapi(remove, async (c) => {
    const { cluster_name } = c.req.valid('param');
    await removeCluster(c.var.deps, operator, cluster_name);
    return c.json({ success: true as const, name: cluster_name }, 200);
  });
  return routes;
}

const list = routesOf('Clusters').get('/', 'listClusters', {
  summary: "List the Ray clusters that run the organization's plugins",
  description: 'Needs the scope `plugins:read`. Operators connect clusters.',
  request: { query: z.object(pageFields) },
  responses: { 200: json('A page of clusters', pageOf(clusterModel)) },
});

export function clusterRoutes(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(list, (c) =>
    answerPage(
      c,
      (query) => listTrustedClusters(c.var.deps, requireActor(c), query),
      (cluster) => ({ ...wire(cluster), deployments: cluster.deployments }),
    ),
  );
  return routes;
}

const organizationIdOf = (text: string) => requireId('organization', text);

function wire({ name: shownName, state, rayVersion, reach, checkedAt, network }: Cluster) {
  const last = { state, ray_version: rayVersion, files: reach, checked_at: iso(checkedAt) };
  return { name: shownName, ...last, network };
}

function wireInFull(row: Cluster): z.infer<typeof clusterInFull> {
  return {
    cluster_id: row.id,
    ...wire(row),
    dashboard_url: row.dashboardUrl,
    serve_url: row.serveUrl,
    trusted_for: row.trustedFor,
    message: row.message,
    created_at: iso(row.createdAt),
  };
}
