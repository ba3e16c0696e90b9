// Serves the routes that propose a new lock for a version, and publish its sources with it as the next patch version.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { severities } from '../../../contract/advisories.ts';
import { apiLimits } from '../../../contract/limits/requests.ts';
import { type KnownAdvisory, proposeRelock, type RelockProposal } from '../../../instances/environments/relock.ts';
import { publishRelock } from '../../../pipeline/relock.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../../context/context.ts';
import { body, errors, json, routesOf } from '../../openapi/route-definitions.ts';
import { jsonAtMost } from '../../requests/json-body.ts';
import { mayMoveTraffic } from '../../requests/read-your-writes.ts';
import { onePlugin } from '../../requests/surfaces.ts';
import { outcomeResponse, verdictResponses } from '../uploads/upload-routes.ts';
import { versionWire } from './version-wire.ts';

const changesModel = z.array(z.object({ name: z.string(), from: z.string().nullable(), to: z.string().nullable() }));

const advisoryModel = z.array(
  z.object({
    advisory_id: z.string(),
    severity: z.enum(severities).nullable(),
    package: z.string().openapi({ description: 'The package and its version, as a package URL' }),
    fixed_in: z.string().nullable(),
  }),
);

const proposalModel = z
  .object({
    success: z.literal(true),
    plugin_id: z.string(),
    name: z.string(),
    version: z.string(),
    digest: z.string().openapi({ description: 'Send it back to publish exactly this lock' }),
    packages: changesModel.openapi({ description: 'Packages that change. Empty if there is nothing to publish' }),
    held_back: changesModel.openapi({
      description: 'Newer packages that `dependencies_older_than` leaves out: `from` would be locked instead of `to`',
    }),
    older_than: z.string().nullable().openapi({ description: 'The age below which packages are left out' }),
    advisories: z.object({
      fixed: advisoryModel.openapi({ description: 'Affect the version, and no longer the new lock' }),
      remaining: advisoryModel.openapi({ description: 'Affect both' }),
      new: advisoryModel.openapi({ description: 'Affect only the new lock' }),
    }),
  })
  .openapi('RelockProposal');

const route = routesOf('Versions');

const propose = route.post('/{plugin_id}/relock', 'relockPlugin', {
  'x-slipway-command': 'relock {plugin_id}',
  summary: 'Propose a new lock for a version',
  description:
    "Resolves the version's requirements as for a new version, and changes nothing. Returns which packages would change and which advisories that fixes. A Go plugin's modules are chosen in its repository; `GET /v1/advisories` lists the versions that fix them.",
  request: { params: onePlugin },
  responses: { 200: json('The proposal', proposalModel), ...errors(409) },
});

const publish = route.post('/{plugin_id}/relock/publish', 'publishRelock', {
  'x-slipway-command': 'relock {plugin_id} --publish',
  middleware: mayMoveTraffic,
  summary: "Publish a version's sources with the proposed lock",
  description:
    'Publishes the same archive under the next free patch number. It is scanned, and waits for approval where that is demanded, like any upload. 409 if the requirements now resolve to another lock.',
  request: {
    params: onePlugin,
    body: body(
      z
        .object({
          digest: z
            .string()
            .regex(/^[0-9a-f]{64}$/)
            .openapi({ description: "The proposal's digest" }),
          stage: z
            .boolean()
            .optional()
            .openapi({ description: 'The version waits for approval, even if nothing demands it. Defaults to false' }),
          message: z.string().max(2000).nullish(),
        })
        .openapi('RelockRequest'),
    ),
  },
  responses: verdictResponses,
});

export function addRelock(routes: OpenAPIHono<AppEnv>): void {
  routes.use('/:plugin_id/relock/publish', jsonAtMost(apiLimits.rollbackBytes));
  routes.openapi(propose, async (c) => {
    const { plugin_id: slug } = c.req.valid('param');
    const request = { namespaceId: parseNamespaceId(c.req.valid('param').namespace_id), slug };
    return c.json(proposalWire(await proposeRelock(c.var.deps, requireActor(c), request)), 200);
  });
  routes.openapi(publish, async (c) => {
    const { namespace_id, plugin_id: slug } = c.req.valid('param');
    const { digest, stage = false, message = null } = c.req.valid('json');
    const request = { namespaceId: parseNamespaceId(namespace_id), slug, digest, stage, message };
    return outcomeResponse(c, await publishRelock(c.var.deps, requireActor(c), request));
  });
}

function proposalWire(proposal: RelockProposal): z.infer<typeof proposalModel> {
  const { version, lock, packages, heldBack, olderThan, fixed, remaining, added } = proposal;
  return {
    success: true,
    ...versionWire(version),
    digest: lock.digest,
    packages,
    held_back: heldBack,
    older_than: olderThan,
    advisories: {
      fixed: fixed.map(advisoryWire),
      remaining: remaining.map(advisoryWire),
      new: added.map(advisoryWire),
    },
  };
}

function advisoryWire({ id, severity, package: used, fixedIn }: KnownAdvisory) {
  return { advisory_id: id, severity, package: used, fixed_in: fixedIn };
}
