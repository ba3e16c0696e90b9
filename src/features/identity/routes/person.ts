// Serves a signed-in person's own things: organizations, sessions and personal keys. They need no scope.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notFound, requireId } from '../../../access/actor.ts';
import { csrfToken } from '../../../access/browser-sessions.ts';
import { evictKey } from '../../../access/key-cache.ts';
import { sessionSecret, setSessionCookie } from '../../../api/authentication/browser-requests.ts';
import { type AppEnv, parseNamespaceId, requireActor } from '../../../api/context/context.ts';
import { body, errors, json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { jsonAtMost } from '../../../api/requests/json-body.ts';
import { instant } from '../../../api/responses/event-wire.ts';
import { keyModel, keyWire, keyWithSecret, newKeyPath, shownKeyWire } from '../../../api/responses/key-wire.ts';
import { roles } from '../../../contract/identity.ts';
import { scopes } from '../../../contract/scopes.ts';
import { iso, isoOrNull } from '../../../core/clock.ts';
import { sha256Hex } from '../../../core/digest.ts';
import { isId } from '../../../core/ids.ts';
import { createPersonalKey, listPersonalKeys, requirePerson, revokePersonalKey } from '../people/personal-keys.ts';
import { describePerson, endOwnSession, listSessions, switchOrganization } from '../people/sessions.ts';
import { makeSignInCode } from '../people/sign-in-codes.ts';

const route = routesOf('Person');
const needs = 'Needs a session of a person, or a personal key. A key of the organization gets 403.';

/** The example of RFC 7636, appendix B. */
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

const personModel = z
  .object({
    person_id: z.string(),
    name: z.string(),
    email: z.string(),
    organizations: z.array(
      z.object({ organization_id: z.string(), name: z.string(), role: z.enum(roles) }).openapi('Membership'),
    ),
  })
  .openapi('Person');
const sessionModel = z
  .object({
    session_id: z.string(),
    current: z.boolean().openapi({ description: "True for the request's own session" }),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    last_used_at: z.iso.datetime().nullable().openapi({ description: 'Accurate to ten minutes' }),
  })
  .openapi('PersonSession');
const newPersonalKeyBody = z
  .object({
    name: z.string().min(1).max(100).openapi({ example: "Ana's laptop" }),
    scopes: z
      .array(z.enum(scopes))
      .min(1)
      .max(scopes.length)
      .optional()
      .openapi({ description: "Defaults to the request's own" }),
    namespace_ids: z.array(z.string()).min(1).max(50).nullish(),
    path: newKeyPath,
    expires_at: instant
      .optional()
      .openapi({ type: 'string', description: 'Defaults to 90 days, and is a year at most' }),
  })
  .openapi('PersonalKeyRequest');

const get = route.get('/', 'getPerson', {
  summary: 'Get the signed-in person and their organizations',
  description: needs,
  responses: { 200: json('The person', personModel) },
});
const switchTo = route.post('/switch', 'switchOrganization', {
  summary: 'Switch the browser to another organization',
  description: `${needs} Replaces the cookie's session by one for another of the person's organizations.`,
  request: { body: body(z.object({ organization_id: z.string() })) },
  responses: {
    200: json('Switched', z.object({ expires_at: z.iso.datetime(), csrf_token: z.string() }).openapi('Switched')),
    ...errors(404),
  },
});
const sessions = route.get('/sessions', 'listPersonSessions', {
  summary: "List the person's sessions in the organization",
  description: needs,
  responses: { 200: json('The sessions', z.object({ sessions: z.array(sessionModel) })) },
});
const endSession = route.delete('/sessions/{session_id}', 'endPersonSession', {
  summary: "End one of the person's sessions",
  description: `${needs} The session ends within 10 s.`,
  request: { params: z.object({ session_id: z.string() }) },
  responses: { 204: { description: 'Ended' } },
});
const createKey = route.post('/keys', 'createPersonalKey', {
  'x-slipway-problems': ['quota-exceeded'],
  summary: 'Create a personal key',
  description: `${needs} The key acts as the person, never with more than their role. The secret is shown in this response only.`,
  request: { body: body(newPersonalKeyBody) },
  responses: { 200: json('The key and its secret', keyWithSecret), ...errors(404) },
});
const keys = route.get('/keys', 'listPersonalKeys', {
  summary: "List the person's keys in the organization",
  description: needs,
  responses: { 200: json('The keys', z.object({ personal_keys: z.array(keyModel) })) },
});
const revokeKey = route.delete('/keys/{key_id}', 'revokePersonalKey', {
  summary: "Revoke one of the person's keys",
  description: `${needs} The key stops working within 10 s.`,
  request: { params: z.object({ key_id: z.string() }) },
  responses: { 200: json('The key', keyModel) },
});
const createCode = route.post('/codes', 'createSignInCode', {
  summary: 'Let the command line get a personal key',
  description: `${needs} Returns a code that \`exchangeSignInCode\` turns into a personal key with the request's access, once, within 5 minutes. Pages ask the person before they send this request.`,
  request: {
    body: body(
      z
        .object({
          code_challenge: z
            .string()
            .regex(/^[A-Za-z0-9_-]{43}$/)
            .openapi({
              description: "SHA-256 of the command line's verifier, in base64url (RFC 7636, `S256`)",
              example: challenge,
            }),
        })
        .openapi('SignInCodeRequest'),
    ),
  },
  responses: {
    200: json('The code', z.object({ code: z.string(), expires_at: z.iso.datetime() }).openapi('SignInCode')),
  },
});

export function person(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  for (const path of ['/switch', '/keys', '/codes']) routes.use(path, jsonAtMost(16 * 1024));
  routes.openapi(get, async (c) => {
    const { personId, ref } = requirePerson(requireActor(c));
    const { email, memberships } = await describePerson(c.var.deps, requireActor(c));
    const organizations = memberships.map(({ organizationId, organizationName, role }) => ({
      organization_id: organizationId,
      name: organizationName,
      role,
    }));
    return c.json({ person_id: personId, name: ref.name ?? personId, email, organizations }, 200);
  });
  routes.openapi(switchTo, async (c) => {
    const actor = requirePerson(requireActor(c));
    const { organization_id: id } = c.req.valid('json');
    const secret = sessionSecret(c) ?? '';
    if (!isId('organization', id)) throw notFound('organization', id);
    const opened = await switchOrganization(c.var.deps, actor, id, await sha256Hex(secret));
    if (actor.keyId !== null) evictKey(c.var.caches.keys, actor.keyId, c.var.deps.clock.now());
    setSessionCookie(c, opened);
    return c.json({ expires_at: iso(opened.expiresAt), csrf_token: await csrfToken(opened.secret) }, 200);
  });
  addSessions(routes);
  addKeys(routes);
  return routes;
}

function addSessions(routes: OpenAPIHono<AppEnv>): void {
  routes.openapi(sessions, async (c) => {
    const actor = requireActor(c);
    const found = (await listSessions(c.var.deps, actor)).map((session) => ({
      session_id: session.id,
      current: session.keyId === actor.keyId,
      created_at: iso(session.createdAt),
      expires_at: iso(session.expiresAt),
      last_used_at: isoOrNull(session.lastUsedAt),
    }));
    return c.json({ sessions: found }, 200);
  });
  routes.openapi(endSession, async (c) => {
    const actor = requirePerson(requireActor(c));
    const { session_id: id } = c.req.valid('param');
    if (!isId('browserSession', id)) throw notFound('session', id);
    const keyId = await endOwnSession(c.var.deps, actor, id);
    evictKey(c.var.caches.keys, keyId, c.var.deps.clock.now());
    return c.body(null, 204);
  });
}

function addKeys(routes: OpenAPIHono<AppEnv>): void {
  routes.openapi(createKey, async (c) => {
    const { name, scopes: given, namespace_ids, path, expires_at: expiresAt } = c.req.valid('json');
    const namespaceIds = namespace_ids ? [...new Set(namespace_ids.map(parseNamespaceId))] : null;
    const fields = { name, scopes: given && [...new Set(given)], namespaceIds, path: path ?? null, expiresAt };
    return c.json(shownKeyWire(await createPersonalKey(c.var.deps, requireActor(c), fields), c.var.deps), 200);
  });
  routes.openapi(createCode, async (c) => {
    const { code_challenge: asked } = c.req.valid('json');
    const { secret, expiresAt } = await makeSignInCode(c.var.deps, requireActor(c), asked);
    return c.json({ code: secret, expires_at: iso(expiresAt) }, 200);
  });
  routes.openapi(keys, async (c) => {
    const found = await listPersonalKeys(c.var.deps, requireActor(c));
    return c.json({ personal_keys: found.map((key) => keyWire(key, c.var.deps)) }, 200);
  });
  routes.openapi(revokeKey, async (c) => {
    const actor = requirePerson(requireActor(c));
    const key = await revokePersonalKey(c.var.deps, actor, keyIdOf(c));
    evictKey(c.var.caches.keys, key.id, c.var.deps.clock.now());
    return c.json(keyWire(key, c.var.deps), 200);
  });
}

const keyIdOf = (c: Context<AppEnv>) => requireId('apiKey', c.req.param('key_id') ?? '', 'key');
