// Serves the routes that invite people to an organization.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type Actor, notFound, requireId } from '../../../access/actor.ts';
import { operatorActor } from '../../../access/organizations.ts';
import { type AppEnv, requireActor } from '../../../api/context/context.ts';
import { body, errors, json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { jsonAtMost } from '../../../api/requests/json-body.ts';
import { requestOrigin } from '../../../api/requests/origin.ts';
import { answerPage, pageFields, pageOf } from '../../../api/requests/paging.ts';
import { actorModel } from '../../../api/responses/event-wire.ts';
import { roles } from '../../../contract/identity.ts';
import { iso } from '../../../core/clock.ts';
import { isId } from '../../../core/ids.ts';
import { createInvitation, type Invitation, listInvitations, revokeInvitation } from '../people/invitations.ts';
import { membershipFields, toMembership } from './members.ts';

const route = routesOf('Members');
const needs = 'Needs the scope `keys:admin` and a key that is not bound to namespaces.';

const invitationBody = z
  .object({
    email: z.email().max(320).openapi({ example: 'ana@example.com' }),
    ...membershipFields,
  })
  .openapi('InvitationRequest');

const invitationModel = z
  .object({
    invitation_id: z.string(),
    email: z.string(),
    role: z.enum(roles),
    namespace_ids: z.array(z.string()).nullable(),
    created_by: actorModel,
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
  })
  .openapi('Invitation');

const invitationWithUrl = invitationModel
  .extend({
    url: z.url().openapi({
      description:
        'Shown in this response only. Works once, for the person who signs in with this verified e-mail address',
      example:
        'https://slipway.example.com/sign-in?organization=org_01m7wc54fherz84624ahd0kr7h#invitation=si_3kQx9bTmW2rVn7LfYc5HpZ',
    }),
  })
  .openapi('InvitationWithUrl');

const create = route.post('/', 'createInvitation', {
  'x-slipway-command': 'members invite {email} --role {role}',
  summary: 'Invite a person',
  description: `${needs} Nobody grants a role with more access than their own. The link is valid for 72 hours.`,
  request: { body: body(invitationBody) },
  responses: { 200: json('The invitation and its link', invitationWithUrl), ...errors(404) },
});
const list = route.get('/', 'listInvitations', {
  'x-slipway-command': 'members invitations',
  summary: 'List invitations that nobody has accepted',
  description: needs,
  request: { query: z.object(pageFields) },
  responses: { 200: json('A page of invitations, oldest first', pageOf(invitationModel)) },
});
const revoke = route.delete('/{invitation_id}', 'revokeInvitation', {
  'x-slipway-command': 'members revoke-invitation {invitation_id}',
  summary: 'Revoke an invitation',
  description: needs,
  request: { params: z.object({ invitation_id: z.string() }) },
  responses: { 204: { description: 'Revoked' } },
});

const inviteThere = routesOf('Admin').post('/', 'createOrganizationInvitation', {
  summary: 'Invite a person to an organization',
  description:
    "For an organization's first owner, or one whose owners can no longer sign in. The link is shown in this response only.",
  request: { params: z.object({ organization_id: z.string() }), body: body(invitationBody) },
  responses: { 200: json('The invitation and its link', invitationWithUrl) },
});

/** Serves the operator's invitations. The router of operators has read the body. */
export function adminInvitations(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.openapi(inviteThere, async (c) => {
    const id = requireId('organization', c.req.param('organization_id') ?? '');
    const actor = await operatorActor(c.var.deps, id, { type: 'admin', id: 'admin-token' });
    return c.json(await invite(c, actor, c.req.valid('json')), 200);
  });
  return routes;
}

export function invitations(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use('/', jsonAtMost(16 * 1024));
  routes.openapi(create, async (c) => c.json(await invite(c, requireActor(c), c.req.valid('json')), 200));
  routes.openapi(list, (c) => answerPage(c, (query) => listInvitations(c.var.deps, requireActor(c), query), wire));
  routes.openapi(revoke, async (c) => {
    const { invitation_id: id } = c.req.valid('param');
    if (!isId('invitation', id)) throw notFound('invitation', id);
    await revokeInvitation(c.var.deps, requireActor(c), id);
    return c.body(null, 204);
  });
  return routes;
}

/** The link's secret comes after the `#`, so that no server log or referrer has it. */
async function invite(
  c: Context<AppEnv>,
  actor: Actor,
  { email, ...membership }: z.infer<typeof invitationBody>,
): Promise<z.infer<typeof invitationWithUrl>> {
  const { invitation, secret } = await createInvitation(c.var.deps, actor, { email, ...toMembership(membership) });
  const url = `${requestOrigin(c)}/sign-in?organization=${actor.organizationId}#invitation=${secret}`;
  return { ...wire(invitation), url };
}

function wire(invitation: Invitation): z.infer<typeof invitationModel> {
  return {
    invitation_id: invitation.id,
    email: invitation.email,
    role: invitation.role,
    namespace_ids: invitation.namespaceIds,
    created_by: invitation.createdBy,
    created_at: iso(invitation.createdAt),
    expires_at: iso(invitation.expiresAt),
  };
}
