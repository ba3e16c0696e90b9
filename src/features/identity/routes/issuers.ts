// Serves the routes for issuers of ID tokens: an organization's own, and the operator's. No response contains a client secret.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { requireId } from '../../../access/actor.ts';
import { type AppEnv, requireActor } from '../../../api/context/context.ts';
import { body, errors, json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { jsonAtMost } from '../../../api/requests/json-body.ts';
import { answerPage, pageFields, pageOf } from '../../../api/requests/paging.ts';
import { actorModel } from '../../../api/responses/event-wire.ts';
import { issuerPurposes } from '../../../contract/features/identity/issuers.ts';
import { issuerLimits } from '../../../contract/features/identity/limits.ts';
import { roles } from '../../../contract/identity.ts';
import { jsonObject } from '../../../contract/json.ts';
import { iso } from '../../../core/clock.ts';
import {
  addIssuer,
  type GivenIssuer,
  type IssuerOwner,
  issuerById,
  issuerOwner,
  listIssuers,
  operator,
  removeIssuer,
  type ShownIssuer,
} from '../issuers/issuers.ts';

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/)
  .openapi({
    description:
      "Lower-case letters, digits and `-`. Events show it. Names of public issuers and of the operator's are reserved",
    example: 'github',
  });
const url = z
  .string()
  .max(issuerLimits.urlCharsMax)
  .regex(/^https?:\/\/[^\s?#@]+$/, 'must be a URL without query, fragment or credentials')
  .openapi({
    description: "The tokens' `iss` claim, exactly",
    example: 'https://token.actions.githubusercontent.com',
  });
const purpose = z.enum(issuerPurposes).openapi({ description: '`ci` for jobs, `people` for sign-in' });
const text = z.string().min(1).max(issuerLimits.secretCharsMax);
const clientId = text.openapi({ description: 'For people: the client ID that the issuer gave to Slipway' });
const groupsClaim = z.string().min(1).max(100).openapi({ description: "The claim that lists a person's groups" });
const groupRoles = z
  .record(z.string().min(1).max(200), z.enum(roles))
  .openapi({ description: "Each group's role", example: { engineers: 'developer' } });

const issuerModel = z
  .object({
    issuer_id: z.string(),
    name,
    purpose,
    url,
    has_keys: z.boolean().openapi({ description: 'Whether its public keys were pasted, and are never fetched' }),
    client_id: clientId.nullable(),
    groups_claim: groupsClaim.nullable(),
    group_roles: groupRoles.nullable(),
    by_operator: z.boolean().openapi({ description: 'Whether it serves all organizations' }),
    created_by: actorModel,
    created_at: z.iso.datetime(),
  })
  .openapi('Issuer');

const issuerRequest = z
  .object({
    name,
    purpose: purpose.default('ci'),
    url,
    jwks: jsonObject.optional().openapi({
      description: 'The public keys, as a JSON Web Key Set, of an issuer that Slipway cannot reach',
    }),
    client_id: clientId.optional(),
    client_secret: text.optional().openapi({ description: 'Write-only. Omit it for a public client' }),
    groups_claim: groupsClaim.optional(),
    group_roles: groupRoles.optional(),
  })
  .refine(({ client_id, purpose: use }) => use === 'ci' || client_id !== undefined, {
    path: ['client_id'],
    error: 'is required for people',
  })
  .openapi('IssuerRequest', { example: { name: 'github', url: 'https://token.actions.githubusercontent.com' } });

const identified = { params: z.object({ issuer_id: z.string() }) };
const page = pageOf(issuerModel);
const removed = z.object({ success: z.literal(true), issuer_id: z.string() });

const ofOrganization = {
  tag: 'Identity',
  suffix: 'Issuer',
  needs: 'Needs the scope `keys:admin` and a key that is not bound to namespaces, like all operations on issuers.',
  whose: "the organization's issuers of ID tokens, and the operator's",
  ownerOf: (c: Context<AppEnv>): IssuerOwner => issuerOwner(requireActor(c)),
};
const ofOperator: typeof ofOrganization = {
  tag: 'Admin',
  suffix: 'OperatorIssuer',
  needs: 'Needs the admin token. The issuer serves all organizations.',
  whose: "the operator's issuers of ID tokens",
  ownerOf: () => operator,
};

/** Serves `/v1/issuers`. */
export function issuers(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use('/', jsonAtMost(issuerLimits.requestBytes));
  return addIssuerRoutes(routes, ofOrganization);
}

/** Serves `/v1/admin/issuers`, whose router has read the body. */
export function adminIssuers(): OpenAPIHono<AppEnv> {
  return addIssuerRoutes(newRouter(), ofOperator);
}

/** Defines a surface's routes, which differ in whose issuers they are about. */
function issuerRoutes({ needs, suffix, tag, whose }: typeof ofOrganization) {
  const route = routesOf(tag);
  const hasCommands = suffix === 'Issuer';
  const list = route.get('/', `list${suffix}s`, {
    'x-slipway-command': hasCommands && 'issuers list',
    summary: `List ${whose}`,
    description: needs,
    request: { query: z.object(pageFields) },
    responses: { 200: json('A page of issuers, oldest first', page) },
  });
  const add = route.post('/', `add${suffix}`, {
    'x-slipway-problems': hasCommands ? ['name-taken', 'quota-exceeded'] : ['name-taken'],
    'x-slipway-command': hasCommands && 'issuers add {name} {url}',
    summary: 'Add an issuer of ID tokens',
    description: `${needs} Slipway finds its public keys by OpenID Connect Discovery when a token arrives, unless \`jwks\` has them.`,
    request: { body: body(issuerRequest) },
    responses: { 200: json('The issuer', issuerModel) },
  });
  const get = route.get('/{issuer_id}', `get${suffix}`, {
    summary: 'Get an issuer of ID tokens',
    description: needs,
    request: identified,
    responses: { 200: json('The issuer', issuerModel) },
  });
  const remove = route.delete('/{issuer_id}', `remove${suffix}`, {
    'x-slipway-problems': ['in-use'],
    'x-slipway-command': hasCommands && 'issuers remove {issuer_id}',
    summary: 'Remove an issuer of ID tokens',
    description: `${needs} Also removes its trusted publishers, and revokes their jobs' keys within 10 s. Responds with 409 if people have signed in with it.`,
    request: identified,
    responses: { 200: json('The removed issuer', removed), ...errors(409) },
  });
  return { list, add, get, remove };
}

function addIssuerRoutes(routes: OpenAPIHono<AppEnv>, surface: typeof ofOrganization): OpenAPIHono<AppEnv> {
  const { ownerOf } = surface;
  const { add, get, list, remove } = issuerRoutes(surface);
  routes.openapi(list, (c) => answerPage(c, (query) => listIssuers(c.var.deps, ownerOf(c), query), issuerWire));
  routes.openapi(add, async (c) => {
    const owner = ownerOf(c);
    return c.json(issuerWire(await addIssuer(c.var.deps, owner, givenIssuer(c.req.valid('json')))), 200);
  });
  routes.openapi(get, async (c) => {
    const owner = ownerOf(c);
    return c.json(issuerWire(await issuerById(c.var.deps, owner, issuerIdOf(c))), 200);
  });
  routes.openapi(remove, async (c) => {
    const owner = ownerOf(c);
    const id = issuerIdOf(c);
    await removeIssuer(c.var.deps, owner, id);
    return c.json({ success: true as const, issuer_id: id }, 200);
  });
  return routes;
}

const issuerIdOf = (c: Context<AppEnv>) => requireId('issuer', c.req.param('issuer_id') ?? '');

function givenIssuer(request: z.output<typeof issuerRequest>): GivenIssuer {
  return {
    name: request.name,
    purpose: request.purpose,
    url: request.url,
    jwks: request.jwks ?? null,
    clientId: request.client_id ?? null,
    clientSecret: request.client_secret ?? null,
    groupsClaim: request.groups_claim ?? null,
    groupRoles: request.group_roles ?? null,
  };
}

function issuerWire(row: ShownIssuer): z.infer<typeof issuerModel> {
  return {
    issuer_id: row.id,
    name: row.name,
    purpose: row.purpose,
    url: row.url,
    has_keys: row.jwks !== null,
    client_id: row.clientId,
    groups_claim: row.groupsClaim,
    group_roles: row.groupRoles,
    by_operator: row.organizationId === null,
    created_by: row.createdBy,
    created_at: iso(row.createdAt),
  };
}
