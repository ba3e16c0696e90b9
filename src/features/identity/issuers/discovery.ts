// Fetches an issuer's documents: its configuration (OpenID Connect Discovery) and its signing keys. Their URLs come from users and from
// each other, so each is checked, and all waits and sizes are limited.
import { z } from 'zod';
import { connectionFailure } from '../../../contract/builder/egress.ts';
import { issuerLimits } from '../../../contract/features/identity/limits.ts';
import { type ExternalUrlRules, parseExternalUrl } from '../../../core/external-url.ts';
import { parseJson } from '../../../core/json/parse.ts';
import { readPieces } from '../../../core/paced-bytes.ts';
import type { Deps } from '../../../deps.ts';
import type { issuers } from '../tables.ts';
import { TokenRefused } from './token-refused.ts';

export type Issuer = typeof issuers.$inferSelect;

export type DiscoveryDeps = Pick<Deps, 'fetch'> & ExternalUrlRules;

const discoveryModel = z.object({
  issuer: z.string(),
  jwks_uri: z.string(),
  authorization_endpoint: z.string().exactOptional(),
  token_endpoint: z.string().exactOptional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).exactOptional(),
  id_token_signing_alg_values_supported: z.array(z.string()).exactOptional(),
  authorization_response_iss_parameter_supported: z.boolean().exactOptional(),
});

export type Discovery = z.infer<typeof discoveryModel>;

/** Returns the issuer's configuration. Throws a TokenRefused if the issuer can't be read or describes another one. */
export async function discover(
  deps: DiscoveryDeps,
  issuer: Pick<Issuer, 'url' | 'organizationId'>,
): Promise<Discovery> {
  const document = await fetchDocument(
    deps,
    issuer,
    `${issuer.url.replace(/(?<!\/)\/+$/, '')}/.well-known/openid-configuration`,
  );
  const parsed = discoveryModel.safeParse(document);
  if (!parsed.success) throw new TokenRefused("the issuer's configuration is not valid");
  if (parsed.data.issuer !== issuer.url)
    throw new TokenRefused("the issuer's configuration names another `issuer`", 'iss');
  return parsed.data;
}

/** Fetches a JSON document for an issuer. Redirects are refused, because they could lead to any host. */
export async function fetchDocument(
  deps: DiscoveryDeps,
  { organizationId }: Pick<Issuer, 'organizationId'>,
  url: string,
): Promise<unknown> {
  const target = parseExternalUrl(url, deps);
  if ('refused' in target) throw new TokenRefused(`a URL of its issuer is not allowed: ${target.refused}`);
  const { host, href } = target.url;
  const signal = AbortSignal.timeout(issuerLimits.documentMs);
  const response = await deps
    .fetch(href, {
      organization: organizationId ?? undefined,
      method: 'GET',
      headers: { accept: 'application/json', 'user-agent': 'Slipway-Identity/1' },
      redirect: 'manual',
      signal,
    })
    .catch((cause: unknown) => {
      throw new TokenRefused(connectionFailure(cause, `its issuer's host ${host} does not answer`));
    });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new TokenRefused(`its issuer's host ${host} answered ${response.status}`);
  }
  const text = await readText(response).catch(() => {
    throw new TokenRefused(`its issuer's host ${host} stopped answering`);
  });
  if (text === undefined)
    throw new TokenRefused(`a document of its issuer is larger than ${issuerLimits.documentBytes} bytes`);
  return parseJson(text);
}

/** Returns undefined if the body is too large. */
export async function readText({ body }: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const piece of body ? readPieces(body) : []) {
    bytes += piece.length;
    if (bytes > issuerLimits.documentBytes) return undefined;
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}
