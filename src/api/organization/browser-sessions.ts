// Serves browser sessions: signing in with a key or a link, and signing out. Other clients send their key with each request.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { csrfToken, endSession, linkOwner, makeLink, openSession, useLink } from '../../access/browser-sessions.ts';
import { currentKey } from '../../access/keys.ts';
import { iso } from '../../core/clock.ts';
import { Problem } from '../../core/problem.ts';
import { countFailure, limitAddress, refuseGuessing } from '../authentication/address-limits.ts';
import {
  clearSessionCookie,
  knownHostsOnly,
  requireSameOrigin,
  sessionSecret,
  setSessionCookie,
} from '../authentication/browser-requests.ts';
import { type AppEnv, requireActor } from '../context/context.ts';
import { body, errors, json, newRouter, routesOf } from '../openapi/route-definitions.ts';
import { jsonAtMost } from '../requests/json-body.ts';
import { requestOrigin } from '../requests/origin.ts';
import { noStore } from '../responses/conditional.ts';
import { ownKeyModel, ownKeyWire } from '../responses/key-wire.ts';

const sessionModel = z
  .object({
    key: ownKeyModel,
    csrf_token: z.string().nullable().openapi({
      description:
        'Value for the `Slipway-CSRF` header in requests that make changes using the cookie. Null for requests with a key',
    }),
  })
  .openapi('Session');
const signedInModel = z
  .object({ expires_at: z.iso.datetime(), csrf_token: z.string() })
  .openapi('SignedIn', { description: 'The response sets the cookie `__Host-slipway`, which holds the session' });
const linkModel = z
  .object({
    url: z.url().openapi({ example: 'https://slipway.example.com/sign-in#sl_3kQx9bTmW2rVn7LfYc5HpZ' }),
    expires_at: z.iso.datetime(),
  })
  .openapi('SignInLink', { description: 'URL that signs in one browser, once, after asking for confirmation' });
const linkOwnerModel = z
  .object({
    organization_id: z.string(),
    organization_name: z.string(),
    key_name: z.string().openapi({ description: 'The key that gives the session its access', example: 'CI' }),
  })
  .openapi('SignInLinkOwner');
const usedLink = body(
  z.object({ link: z.string().max(100).openapi({ description: 'The part of the URL after `#link=`' }) }),
);

const route = routesOf('Sessions');

const signIn = route.post('/', 'signIn', {
  summary: 'Sign a browser in',
  description:
    "Sets a session cookie with the access of the sent API key. The session ends after 12 hours, on sign-out, or with the key's secret.",
  responses: { 200: json('Signed in', signedInModel) },
});
const get = route.get('/', 'getSession', {
  summary: 'Get the session',
  description: 'Returns the key of the session or of the request. Needs no scope.',
  responses: { 200: json('The key, with its organization', sessionModel), ...errors(404) },
});
const signOut = route.delete('/', 'signOut', {
  summary: 'Sign out',
  description: "Ends the cookie's session within 10 s. Without a cookie, nothing happens.",
  responses: { 204: { description: 'Signed out' } },
});
const createLink = route.post('/links', 'createSignInLink', {
  'x-slipway-command': 'open',
  summary: 'Create a sign-in link',
  description: 'The link signs in one browser, once, with the access of the sent API key. It is valid for 10 minutes.',
  responses: { 200: json('The link', linkModel), ...errors(422) },
});
const useSignInLink = routesOf('Sessions', []).post('/links/use', 'useSignInLink', {
  summary: 'Sign in with a link',
  description:
    'Pages ask for confirmation before they send this request, so that a link from someone else cannot sign a user in unnoticed.',
  request: { body: usedLink },
  responses: { 200: json('Signed in', signedInModel), ...errors(401, 403, 429) },
});
const readSignInLink = routesOf('Sessions', []).post('/links/read', 'readSignInLink', {
  summary: "Get a sign-in link's organization",
  description: 'Returns the account that `useSignInLink` would sign in to. The link stays valid.',
  request: { body: usedLink },
  responses: { 200: json("The link's owner", linkOwnerModel), ...errors(401, 403, 429) },
});

export function session(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  for (const path of ['/links/read', '/links/use']) routes.use(path, knownHostsOnly, jsonAtMost(1024));
  routes.openapi(signIn, async (c) => {
    requireSameOrigin(c);
    return c.json(await signedIn(c, await openSession(c.var.deps, requireActor(c))), 200);
  });
  routes.openapi(get, async (c) => {
    const secret = sessionSecret(c);
    const isBySession = secret !== undefined && c.req.header('authorization') === undefined;
    c.header('cache-control', noStore); // the token belongs to the session
    const key = ownKeyWire(await currentKey(c.var.deps, requireActor(c)), c.var.deps);
    return c.json({ key, csrf_token: isBySession ? await csrfToken(secret) : null }, 200);
  });
  routes.openapi(signOut, async (c) => {
    const secret = sessionSecret(c);
    if (secret !== undefined) await endSession(c.var.deps, c.var.caches.keys, secret);
    clearSessionCookie(c);
    return c.body(null, 204);
  });
  routes.openapi(createLink, async (c) => {
    const { secret, expiresAt } = await makeLink(c.var.deps, requireActor(c));
    return c.json({ url: `${requestOrigin(c)}/#link=${secret}`, expires_at: iso(expiresAt) }, 200);
  });
  routes.openapi(readSignInLink, async (c) => {
    const owner = await linkResult(c, () => linkOwner(c.var.deps, c.req.valid('json').link));
    const { organizationId, organizationName, keyName } = owner;
    return c.json({ organization_id: organizationId, organization_name: organizationName, key_name: keyName }, 200);
  });
  routes.openapi(useSignInLink, async (c) => {
    const opened = await linkResult(c, () => useLink(c.var.deps, c.req.valid('json').link));
    return c.json(await signedIn(c, opened), 200);
  });
  return routes;
}

/** Looks up a link for one of this server's pages. A wrong link counts as a failed attempt from the client's address. */
async function linkResult<T>(c: Context<AppEnv>, lookUp: () => Promise<T | undefined>): Promise<T> {
  requireSameOrigin(c);
  refuseGuessing(c, 'link');
  await limitAddress(c);
  const found = await lookUp();
  if (found !== undefined) return found;
  countFailure(c, 'link');
  throw new Problem('unauthorized', 'This sign-in link was already used or has expired', {
    hint: 'Create another one with `slipway open`.',
  });
}

async function signedIn(c: Context<AppEnv>, opened: { secret: string; expiresAt: number }) {
  setSessionCookie(c, opened);
  return { expires_at: iso(opened.expiresAt), csrf_token: await csrfToken(opened.secret) };
}
