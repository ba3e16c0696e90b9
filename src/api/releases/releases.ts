// Serves a namespace's releases: lists, shows, starts, changes and follows them.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notFound } from '../../access/actor.ts';
import { apiLimits } from '../../contract/limits/requests.ts';
import { isId } from '../../core/ids.ts';
import { writeJson } from '../../core/json/text.ts';
import type { ReleaseChange } from '../../rollouts/releases/change.ts';
import { followRelease, type ReleaseInFull, releaseInFull } from '../../rollouts/releases/follow.ts';
import { listReleases } from '../../rollouts/releases/releases.ts';
import { requestChange, startRelease } from '../../rollouts/releases/requested.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../context/context.ts';
import { body, json, newRouter, routesOf } from '../openapi/route-definitions.ts';
import { emptyBodyIsNull, jsonAtMost } from '../requests/json-body.ts';
import { paged, pageFields } from '../requests/paging.ts';
import { mayMoveTraffic } from '../requests/read-your-writes.ts';
import { eventStream, openStream, type StreamMessage, sse } from '../responses/event-stream.ts';
import {
  reasonBody,
  releasedKinds,
  releaseInFullModel,
  releaseInFullWire,
  releaseModel,
  releasesModel,
  releaseWire,
  startBody,
} from './release-wire.ts';

const route = routesOf('Releases');
const inNamespace = z.object({ namespace_id: z.string() });
const oneRelease = { params: inNamespace.extend({ release_id: z.string() }) };

const list = route.get('/', 'listReleases', {
  'x-slipway-command': 'releases list',
  summary: "List a namespace's releases, newest first",
  request: {
    params: inNamespace,
    query: z.object({
      plugin: z.string().min(1).max(100).optional().openapi({ description: 'Only releases of this plugin' }),
      kind: z.enum(releasedKinds).default('extractor').openapi({ description: "The plugin's kind" }),
      active: z
        .enum(['true', 'false'])
        .optional()
        .openapi({ description: '`true`: only releases that share calls now' }),
      ...pageFields,
    }),
  },
  responses: { 200: json('A page of releases', releasesModel) },
});
const start = route.post('/', 'startRelease', {
  'x-slipway-command': 'releases start {plugin} {version}',
  middleware: mayMoveTraffic,
  summary: 'Release a live version step by step',
  description:
    "Gives the version a growing share of the calls to the plugin's name. Slipway measures both versions and continues, or gives all calls back to the version that serves the name. Cancels the name's active release. Returns 409 unless both versions are live and answer realtime calls.",
  request: { params: inNamespace, body: body(startBody) },
  responses: { 201: json('Started', releaseModel) },
});
const get = route.get('/{release_id}', 'getRelease', {
  'x-slipway-command': 'releases show {release_id}',
  summary: 'Get a release with its measurements and decisions',
  request: oneRelease,
  responses: { 200: json('The release', releaseInFullModel) },
});
/** Declared only for the document, because zod-openapi's types don't allow a streamed body. */
const follow = route.get('/{release_id}/events', 'followRelease', {
  'x-slipway-command': 'releases watch {release_id}',
  summary: 'Follow a release',
  description:
    'Streams server-sent events: `release` with the release as `getRelease` returns it, first and then when it changes, at most once a second, and `end` with the release when it has ended. The stream closes after five minutes at the latest; reconnect to continue.',
  request: oneRelease,
  responses: { 200: sse('The event stream') },
});

export function releases(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(list, async (c) => {
    const { active, kind, plugin, ...query } = c.req.valid('query');
    const filter = {
      namespaceId: parseNamespaceId(c.req.valid('param').namespace_id),
      plugin: plugin === undefined ? undefined : { kind, name: plugin },
      active: active === 'true',
    };
    const page = await listReleases(c.var.deps, requireActor(c), filter, query);
    return c.json(paged(page, query, releaseWire), 200);
  });
  routes.use('/', jsonAtMost(apiLimits.releaseBytes));
  routes.openapi(start, async (c) => {
    const { plan, plugin: name, ...request } = c.req.valid('json');
    const namespaceId = parseNamespaceId(c.req.valid('param').namespace_id);
    const asked = { ...request, name, plan: plan ?? undefined };
    return c.json(releaseWire(await startRelease(c.var.deps, requireActor(c), namespaceId, asked)), 201);
  });
  routes.openapi(get, async (c) => {
    const { id, namespaceId } = idsIn(c);
    return c.json(releaseInFullWire(await releaseInFull(c.var.deps, requireActor(c), namespaceId, id)), 200);
  });
  routes.openAPIRegistry.registerPath(follow);
  routes.get(follow.getRoutingPath(), async (c) => {
    const { id, namespaceId } = idsIn(c);
    const { caches, deps } = c.var;
    const asOf = Date.now();
    const value = await releaseInFull(deps, requireActor(c), namespaceId, id);
    const stream = openStream(c, { scope: 'plugins:read', namespaceId });
    const following = caches.following.releases;
    return eventStream(c, stream, messagesOf(followRelease({ ...deps, following }, stream, { value, asOf })));
  });
  addChanges(routes);
  return routes;
}

interface ChangeRoute {
  path: 'step' | 'pause' | 'resume' | 'revert' | 'cancel';
  summary: string;
  description: string;
  change: (reason: string | null) => ReleaseChange;
}

const changes: ChangeRoute[] = [
  {
    path: 'step',
    summary: "Go on to a release's next step",
    description:
      'Ends the current step now. After the last one, the candidate gets the name. Returns 409 if it is paused.',
    change: () => ({ type: 'stepped' }),
  },
  {
    path: 'resume',
    summary: 'Resume a paused release',
    description: 'The current step begins again.',
    change: () => ({ type: 'resumed' }),
  },
];

const changesWithReason: ChangeRoute[] = [
  {
    path: 'pause',
    summary: 'Pause a release',
    description: 'Shares stay as they are. Gates can still revert it.',
    change: (reason) => ({ type: 'paused', reason }),
  },
  {
    path: 'revert',
    summary: 'Revert a release',
    description:
      'Gives all calls back to the version that serves the name, and makes it the active version. The candidate stays live by its number.',
    change: (reason) => ({ type: 'reverted', reason, gate: null }),
  },
  {
    path: 'cancel',
    summary: 'Cancel a release',
    description:
      'Gives all calls back to the version that serves the name. The active version stays, so the next deployment of the candidate may move calls to it.',
    change: (reason) => ({ type: 'cancelled', reason }),
  },
];

function addChanges(routes: OpenAPIHono<AppEnv>): void {
  for (const one of changes) {
    const change = changeRoute(one, oneRelease);
    routes.openapi(change, async (c) => c.json(await changed(c, one.change(null)), 200));
  }
  for (const one of changesWithReason) {
    const change = changeRoute(one, { ...oneRelease, body: body(reasonBody, false) });
    routes.use(change.getRoutingPath(), jsonAtMost(apiLimits.releaseBytes), emptyBodyIsNull);
    routes.openapi(change, async (c) => {
      const { reason } = c.req.valid('json') ?? {};
      return c.json(await changed(c, one.change(reason ?? null)), 200);
    });
  }
}

function changeRoute<Request extends typeof oneRelease>({ description, path, summary }: ChangeRoute, request: Request) {
  return route.post(`/{release_id}/${path}`, `${path}Release`, {
    'x-slipway-command': `releases ${path} {release_id}`,
    middleware: mayMoveTraffic,
    summary,
    description: `${description} Returns 409 if the release has ended or changed at the same time.`,
    request,
    responses: { 200: json('The release', releaseModel) },
  });
}

async function changed(c: Context<AppEnv>, change: ReleaseChange) {
  return releaseWire(await requestChange(c.var.deps, requireActor(c), idsIn(c), change));
}

/** Sends a release only if it differs from the one before. */
async function* messagesOf(
  looks: AsyncGenerator<ReleaseInFull | undefined, void>,
): AsyncGenerator<StreamMessage[], void> {
  let sent = '';
  for await (const look of looks) {
    if (!look) {
      yield [];
      continue;
    }
    const data = releaseInFullWire(look);
    const text = writeJson(data);
    const isNew = text !== sent;
    sent = text;
    const isOver = look.release.endedAt !== null;
    const last = isOver ? [{ event: 'end', data }] : [];
    yield isNew ? [{ event: 'release', data }, ...last] : last;
    if (isOver) return;
  }
}

/** Text that isn't an ID gets the same response as a missing release. */
function idsIn(c: Context<AppEnv>) {
  const id = c.req.param('release_id') ?? '';
  if (!isId('release', id)) throw notFound('release', id);
  return { namespaceId: parseNamespaceId(c.req.param('namespace_id') ?? ''), id };
}
