// Serves people's sign-in by OpenID Connect. The issuer sends the browser back to the callback, which answers with a page.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notFound } from '../../../access/actor.ts';
import { countFailure, limitedByAddress, refuseGuessing } from '../../../api/authentication/address-limits.ts';
import {
  knownHostsOnly,
  requireSameOrigin,
  sessionSecret,
  setSessionCookie,
} from '../../../api/authentication/browser-requests.ts';
import type { AppEnv } from '../../../api/context/context.ts';
import { body, errors, json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { jsonAtMost } from '../../../api/requests/json-body.ts';
import { requestOrigin } from '../../../api/requests/origin.ts';
import { noStore } from '../../../api/responses/conditional.ts';
import { keyWithSecret, shownKeyWire } from '../../../api/responses/key-wire.ts';
import { roles } from '../../../contract/identity.ts';
import { sha256Hex } from '../../../core/digest.ts';
import { isId, type OrganizationId } from '../../../core/ids.ts';
import { Problem } from '../../../core/problem.ts';
import { identityCaches } from '../caches.ts';
import { pendingInvitation } from '../people/invitations.ts';
import { SignInFailed } from '../people/open-id.ts';
import { beginSignIn, endSignIn, listSignInIssuers } from '../people/sign-in.ts';
import { useSignInCode } from '../people/sign-in-codes.ts';
import { clearSignInCookie, setSignInCookie, signInSecret } from './sign-in-cookie.ts';
import { failurePage, onwardPage } from './sign-in-pages.ts';

const route = routesOf('Sign-in', []);

const issuerModel = z
  .object({ issuer_id: z.string(), name: z.string().openapi({ example: 'Example ID' }) })
  .openapi('SignInIssuer');

/** A path of the console. A second slash or a backslash would lead to another site. */
const page = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[^\s\\]*$/, 'must be a path of the console')
  .default('/');

const invitation = z.string().max(100).openapi({ description: "The part of an invitation's URL after `#invitation=`" });

const list = route.get('/issuers', 'listSignInIssuers', {
  summary: 'List the ways to sign in',
  description: "The operator's issuers of people, and those of the organization if one is named.",
  request: {
    query: z.object({
      organization: z
        .string()
        .max(100)
        .optional()
        .openapi({ description: 'ID of an organization, whose own issuers are listed too' }),
    }),
  },
  responses: { 200: json('The issuers', z.object({ issuers: z.array(issuerModel) })), ...errors(429) },
});
const begin = route.post('/', 'beginSignIn', {
  'x-slipway-problems': ['sign-in-failed'],
  summary: 'Begin to sign a person in',
  description:
    "Returns the URL of the issuer's page, and sets the cookie `__Host-slipway-sign-in`. The issuer sends the browser back within 10 minutes, to `/v1/sign-in/callback` or, for an organization's own issuer, `/v1/sign-in/callback/{organization_id}`, which sets the session's cookie.",
  request: {
    body: body(
      z
        .object({
          issuer_id: z.string(),
          organization_id: z
            .string()
            .nullish()
            .openapi({ description: "The organization to open. Null or omitted for the person's oldest membership" }),
          invitation: invitation.nullish(),
          page: page.openapi({ description: "The console's page to show afterwards" }),
        })
        .openapi('SignInRequest'),
    ),
  },
  responses: {
    200: json('Where to send the browser', z.object({ authorization_url: z.url() }).openapi('BegunSignIn')),
    ...errors(400, 401, 403, 404, 429),
  },
});
const invited = route.post('/invitation', 'readInvitation', {
  summary: 'Read whom an invitation is for',
  description: 'Shown before a person accepts it: anyone can send an invitation to their own organization.',
  request: { body: body(z.object({ invitation })) },
  responses: {
    200: json(
      'The invitation',
      z.object({ organization_name: z.string(), email: z.string(), role: z.enum(roles) }).openapi('InvitationRead'),
    ),
    ...errors(401, 429),
  },
});
const exchange = route.post('/code', 'exchangeSignInCode', {
  'x-slipway-problems': ['quota-exceeded'],
  'x-slipway-command': 'login URL',
  summary: 'Exchange a code for a personal key',
  description:
    'For the command line: a code of `createSignInCode` works once, with the verifier of its challenge, while its person is a member.',
  request: {
    body: body(
      z
        .object({
          code: z.string().max(100),
          code_verifier: z
            .string()
            .regex(/^[A-Za-z0-9._~-]{43,128}$/)
            .openapi({ description: 'RFC 7636, section 4.1', example: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' }),
          name: z.string().min(1).max(100).openapi({ description: "The key's name", example: "Ana's laptop" }),
        })
        .openapi('SignInCodeExchange'),
    ),
  },
  responses: { 200: json('The key and its secret', keyWithSecret), ...errors(400, 401, 403, 429) },
});

export function signIn(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use(knownHostsOnly, limitedByAddress);
  for (const path of ['/', '/invitation', '/code']) routes.use(path, jsonAtMost(4096));
  routes.openapi(list, async (c) => {
    const found = await listSignInIssuers(c.var.deps, organizationIdOf(c.req.valid('query').organization));
    return c.json({ issuers: found.map(({ id, name }) => ({ issuer_id: id, name })) }, 200);
  });
  routes.openapi(begin, async (c) => {
    requireSameOrigin(c);
    refuseGuessing(c, 'invitation');
    const { issuer_id: issuerId, organization_id, invitation: link, page: shown } = c.req.valid('json');
    if (!isId('issuer', issuerId)) throw notFound('issuer', issuerId);
    const replaced = sessionSecret(c);
    const beginning = beginSignIn(depsOf(c), {
      issuerId,
      organizationId: organizationIdOf(organization_id),
      invitation: link ?? null,
      page: shown,
      callback: callbackUrl(c),
      replaces: replaced === undefined ? null : await sha256Hex(replaced),
    });
    const begun = await countingGuesses(c, beginning);
    setSignInCookie(c, begun.browser);
    return c.json({ authorization_url: begun.authorizationUrl }, 200);
  });
  routes.openapi(invited, async (c) => {
    refuseGuessing(c, 'invitation');
    c.header('cache-control', noStore);
    const link = c.req.valid('json').invitation;
    const { email, organizationName, role } = await countingGuesses(c, pendingInvitation(c.var.deps, link));
    return c.json({ organization_name: organizationName, email, role }, 200);
  });
  routes.openapi(exchange, async (c) => {
    refuseGuessing(c, 'sign-in-code');
    c.header('cache-control', noStore);
    const { code, code_verifier: verifier, name } = c.req.valid('json');
    const created = await useSignInCode(c.var.deps, { code, verifier, name });
    if (created) return c.json(shownKeyWire(created, c.var.deps), 200);
    countFailure(c, 'sign-in-code');
    throw new Problem('unauthorized', 'This code was already used, has expired, or is for another command line', {
      hint: 'Run `slipway login URL` again.',
    });
  });
  for (const path of ['/callback', '/callback/:organization_id']) routes.get(path, callback);
  return routes;
}

/** Counts invitations that aren't valid against the client's address. */
function countingGuesses<Result>(c: Context<AppEnv>, work: Promise<Result>): Promise<Result> {
  return work.catch((error: unknown) => {
    if (error instanceof Problem && error.code === 'unauthorized') countFailure(c, 'invitation');
    throw error;
  });
}

/**
 * Ends a sign-in with a page that continues to the console. A redirect would not do: the issuer's site sent the browser here, so that it
 * would keep back the strict session cookie.
 */
async function callback(c: Context<AppEnv>): Promise<Response> {
  c.header('cache-control', noStore);
  c.header('referrer-policy', 'no-referrer');
  const browser = signInSecret(c);
  clearSignInCookie(c);
  try {
    const parameters = new URL(c.req.url).searchParams;
    const cameTo = `${requestOrigin(c)}${c.req.path}`;
    const signedIn = await endSignIn(depsOf(c), { parameters, browser, callback: callbackUrl(c), cameTo });
    setSessionCookie(c, signedIn);
    return onwardPage(c, signedIn.page);
  } catch (error) {
    if (error instanceof SignInFailed) return failurePage(c, error.message);
    throw error;
  }
}

function depsOf(c: Context<AppEnv>) {
  const { configurations, signingKeys } = identityCaches(c.var.caches);
  return { ...c.var.deps, configurations, signingKeys };
}

function callbackUrl(c: Context<AppEnv>): string {
  return `${requestOrigin(c)}/v1/sign-in/callback`;
}

/** Text that isn't an ID names no organization, as an unknown one. */
function organizationIdOf(text: string | null | undefined): OrganizationId | null {
  return text && isId('organization', text) ? text : null;
}
