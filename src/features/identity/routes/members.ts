// Serves the routes that manage an organization's members.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { requireId } from '../../../access/actor.ts';
import { evictKey } from '../../../access/key-cache.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../../../api/context/context.ts';
import { body, errors, json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { jsonAtMost } from '../../../api/requests/json-body.ts';
import { answerPage, pageFields, pageOf } from '../../../api/requests/paging.ts';
import { roles } from '../../../contract/identity.ts';
import { iso } from '../../../core/clock.ts';
import { type ChangedMember, changeMember, listMembers, type Member, removeMember } from '../people/members.ts';

const route = routesOf('Members');
const identified = { params: z.object({ person_id: z.string() }) };
const needs = 'Needs the scope `keys:admin` and a key that is not bound to namespaces.';

/** The fields of a role that someone gets. */
export const membershipFields = {
  role: z.enum(roles),
  namespace_ids: z
    .array(z.string())
    .min(1)
    .max(50)
    .nullish()
    .openapi({ description: "Null or omitted: all the organization's namespaces, as owners always have" }),
};

export function toMembership({ role, namespace_ids }: z.infer<z.ZodObject<typeof membershipFields>>) {
  return { role, namespaceIds: namespace_ids ? [...new Set(namespace_ids.map(parseNamespaceId))].sort() : null };
}

const memberModel = z
  .object({
    person_id: z.string(),
    name: z.string().openapi({ example: 'Ana' }),
    email: z.string().openapi({ example: 'ana@example.com' }),
    role: z.enum(roles),
    namespace_ids: z.array(z.string()).nullable().openapi({ description: 'Null for all namespaces' }),
    created_at: z.iso.datetime(),
    signed_in_at: z.iso.datetime(),
  })
  .openapi('Member');

const list = route.get('/', 'listMembers', {
  'x-slipway-command': 'members list',
  summary: 'List members',
  description: needs,
  request: { query: z.object(pageFields) },
  responses: { 200: json('A page of members, oldest person first', pageOf(memberModel)) },
});
const change = route.patch('/{person_id}', 'updateMember', {
  'x-slipway-command': 'members set {person_id} --role {role}',
  summary: "Change a member's role",
  description: `${needs} Nobody grants a role with more access than their own. A lower role takes the rest from the person's sessions and personal keys within 10 s. The last owner stays an owner.`,
  request: { ...identified, body: body(z.object(membershipFields)) },
  responses: { 200: json('The member', memberModel), ...errors(409) },
});
const remove = route.delete('/{person_id}', 'removeMember', {
  'x-slipway-command': 'members remove {person_id}',
  summary: 'Remove a member, or leave',
  description: `${needs} Members may end their own membership without it. The person's sessions and personal keys end within 10 s. The last owner can't go.`,
  request: identified,
  responses: { 200: json('The former member', memberModel), ...errors(409) },
});

export function memberRoutes(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use('/:person_id', jsonAtMost(16 * 1024));
  routes.openapi(list, (c) => answerPage(c, (query) => listMembers(c.var.deps, requireActor(c), query), wire));
  routes.openapi(change, async (c) => {
    const membership = toMembership(c.req.valid('json'));
    return c.json(evicted(c, await changeMember(c.var.deps, requireActor(c), personIdOf(c), membership)), 200);
  });
  routes.openapi(remove, async (c) =>
    c.json(evicted(c, await removeMember(c.var.deps, requireActor(c), personIdOf(c))), 200),
  );
  return routes;
}

function evicted(c: Context<AppEnv>, { member, keyIds }: ChangedMember): z.infer<typeof memberModel> {
  const { caches, deps } = c.var;
  for (const id of keyIds) evictKey(caches.keys, id, deps.clock.now());
  return wire(member);
}

const personIdOf = (c: Context<AppEnv>) => requireId('person', c.req.param('person_id') ?? '', 'member');

function wire(member: Member): z.infer<typeof memberModel> {
  return {
    person_id: member.personId,
    name: member.name,
    email: member.email,
    role: member.role,
    namespace_ids: member.namespaceIds,
    created_at: iso(member.createdAt),
    signed_in_at: iso(member.signedInAt),
  };
}
