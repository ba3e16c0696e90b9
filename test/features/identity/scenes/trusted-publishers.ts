// Scenes of CI: an organization that trusts a fake issuer's jobs, and the exchange of their tokens.
import { z } from 'zod';
import type { ClaimCondition } from '../../../../src/contract/features/identity/issuers.ts';
import { type Answer, clientOf, type Fetch } from '../../../support/client.ts';
import type { Organization } from '../../../support/scenes/organization.ts';

const issuerModel = z.object({ issuer_id: z.string() });
const publisherModel = z.object({ trusted_publisher_id: z.string() });

/** Adds an issuer. Its keys are found by discovery, unless they are pasted. */
export async function addIssuer(
  org: Organization,
  { name = 'github', pasted: jwks, url }: { url: string; name?: string; pasted?: object },
): Promise<string> {
  const answer = await org.post('/v1/issuers', { name, url, ...(jwks ? { jwks } : {}) });
  return issuerModel.parse(answer.body).issuer_id;
}

export interface Trust {
  issuer_id: string;
  plugin?: string;
  conditions?: ClaimCondition[];
  [field: string]: unknown;
}

export const acmePlugins: ClaimCondition[] = [{ claim: 'repository', equals: 'acme/plugins' }];

export async function trust(org: Organization, { conditions = acmePlugins, ...fields }: Trust): Promise<string> {
  const body = { namespace: org.namespaceId, plugin: 'word_count', conditions, ...fields };
  const answer = await org.post('/v1/trusted-publishers', body);
  return publisherModel.parse(answer.body).trusted_publisher_id;
}

export function exchange(
  org: Pick<Organization, 'id' | 'fetch'>,
  token: string,
  fields: Record<string, string> = {},
): Promise<Answer> {
  return clientOf(null, org.fetch).post('/v1/oidc/exchange', { ...exchangeFields(org, token), ...fields });
}

export function exchangeFields({ id }: Pick<Organization, 'id'>, token: string) {
  return {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    organization: id,
  };
}

export const exchangedModel = z.object({ access_token: z.string(), expires_in: z.number(), key_id: z.string() });

/** Returns a client with the key of a job's token. */
export async function jobClient(org: Organization, token: string, fetch: Fetch = org.fetch) {
  const answer = await exchange(org, token);
  if (answer.status !== 200) throw new Error(`the exchange failed with ${answer.status}: ${answer.text}`);
  const { access_token } = exchangedModel.parse(answer.body);
  return { ...clientOf(`Bearer ${access_token}`, fetch), id: org.id, plugins: org.plugins };
}
