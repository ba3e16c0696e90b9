// Serves the exchange of a CI job's ID token for a short key (RFC 8693). The token is the only credential.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import type { KeyWithSecret } from '../../../access/keys.ts';
import { countFailure, limitAddress, refuseGuessing } from '../../../api/authentication/address-limits.ts';
import { knownHostsOnly } from '../../../api/authentication/browser-requests.ts';
import type { AppEnv } from '../../../api/context/context.ts';
import { body, errors, json, newRouter, routesOf } from '../../../api/openapi/route-definitions.ts';
import { jsonAtMost } from '../../../api/requests/json-body.ts';
import { bodyAtMost } from '../../../api/requests/whole-body.ts';
import { noStore } from '../../../api/responses/conditional.ts';
import { ciLimits, idTokenLimits } from '../../../contract/features/identity/limits.ts';
import { iso } from '../../../core/clock.ts';
import { isId } from '../../../core/ids.ts';
import { identityCaches } from '../caches.ts';
import { TokenRefused } from '../issuers/token-refused.ts';
import { exchangeToken, refusedToStrangers } from '../trusted-publishers/exchange.ts';

const tokenExchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange';
const idTokenType = 'urn:ietf:params:oauth:token-type:id_token';
const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';

const exchangeRequest = z
  .object({
    grant_type: z.literal(tokenExchangeGrant),
    subject_token: z.string().min(1).max(idTokenLimits.charsMax).openapi({
      description: "The job's ID token. Its `aud` is `slipway:` and the host of this server's public URL",
      example: 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL3Rva2VuIn0.c2lnbmF0dXJl',
    }),
    subject_token_type: z.literal(idTokenType),
    organization: z.string().min(1).max(100).openapi({ description: "The organization's ID, `org_…`" }),
    namespace: z.string().min(1).max(200).optional().openapi({
      description: "A namespace's ID or name, if several trusted publishers match",
    }),
    plugin: z.string().min(1).max(64).optional().openapi({
      description: "The plugin's name, if several trusted publishers match",
    }),
  })
  .openapi('TokenExchangeRequest');

const exchangedModel = z
  .object({
    access_token: z.string().openapi({ example: 'sk_3kQx9bTmW2rVn7LfYc5HpZ8dJs4GaEu6XoRi1NtMqKw' }),
    issued_token_type: z.literal(accessTokenType),
    token_type: z.literal('Bearer'),
    expires_in: z.int().openapi({ description: 'Seconds', example: ciLimits.keyMs / 1000 }),
    scope: z.string().openapi({ example: 'plugins:read plugins:write plugins:deploy' }),
    key_id: z.string(),
    expires_at: z.iso.datetime(),
  })
  .openapi('ExchangedToken');

const exchangeBody = body(exchangeRequest);
// Documented only, since `formAsJson` turns a form into JSON: the router would also check JSON as a form.
Object.assign(exchangeBody.content, {
  'application/x-www-form-urlencoded': { schema: { $ref: '#/components/schemas/TokenExchangeRequest' } },
});

const exchange = routesOf('Identity', []).post('/', 'exchangeToken', {
  'x-slipway-problems': ['token-refused'],
  summary: "Exchange a CI job's ID token for a key",
  description:
    'The key is valid for 15 minutes, with the scopes of the trusted publisher whose conditions the token meets. Each token can be exchanged once. Refusals are events of the organization, at most ten a minute.',
  request: { body: exchangeBody },
  responses: { 200: json('The key', exchangedModel), ...errors(401, 403, 429) },
});

/** Turns a form, as OAuth clients send it, into JSON. */
const formAsJson: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (/^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? '')) {
    const bytes = await bodyAtMost(c, idTokenLimits.requestBytes);
    const fields = Object.fromEntries(new URLSearchParams(new TextDecoder().decode(bytes ?? undefined)));
    const headers = new Headers(c.req.raw.headers);
    headers.set('content-type', 'application/json');
    headers.delete('content-length');
    c.req.raw = new Request(c.req.raw, { headers, body: JSON.stringify(fields) });
  }
  await next();
};

/** Runs before the body is read. */
const limited: MiddlewareHandler<AppEnv> = async (c, next) => {
  refuseGuessing(c, 'id-token');
  await limitAddress(c);
  await next();
};

export function tokenExchange(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  // A token's audience names a host, so a request must not choose which host this is.
  routes.use('/', knownHostsOnly, limited, formAsJson, jsonAtMost(idTokenLimits.requestBytes));
  routes.openapi(exchange, async (c) => {
    const { namespace, organization, plugin, subject_token: token } = c.req.valid('json');
    const audience = audienceOf(c);
    const { refusals, signingKeys } = identityCaches(c.var.caches);
    const deps = { ...c.var.deps, refusals, signingKeys };
    const exchanged = await counted(c, async () => {
      if (!isId('organization', organization)) throw refusedToStrangers();
      return exchangeToken(deps, { organizationId: organization, token, audience, namespace, plugin });
    });
    c.header('cache-control', noStore);
    return c.json(exchangedWire(exchanged), 200);
  });
  return routes;
}

/** Returns this server's name in tokens. A request chooses no port, and with a public URL no name either. */
function audienceOf(c: Context<AppEnv>): string {
  const { publicUrl, storage } = c.var.deps;
  const { host, hostname } = new URL(publicUrl ?? c.req.url);
  if (publicUrl !== null || !storage.local) return `slipway:${host}`;
  return `slipway:${hostname}${storage.port === '' ? '' : `:${storage.port}`}`;
}

/** Counts refused tokens against the client's address. */
async function counted<Result>(c: Context<AppEnv>, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TokenRefused && c.var.deps.rateLimiter) countFailure(c, 'id-token');
    throw error;
  }
}

function exchangedWire({ key, secret }: KeyWithSecret): z.infer<typeof exchangedModel> {
  const expiresAt = key.expiresAt ?? key.createdAt;
  return {
    access_token: secret,
    issued_token_type: accessTokenType,
    token_type: 'Bearer',
    expires_in: (expiresAt - key.createdAt) / 1000,
    scope: key.scopes.join(' '),
    key_id: key.id,
    expires_at: iso(expiresAt),
  };
}
