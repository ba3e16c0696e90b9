// Creates organizations and keys for tests. Organizations are created through the admin API, and keys with special properties through
// the domain function.
import { env } from 'cloudflare:workers';
import { z } from 'zod';
import { type NewKey, newKey } from '../../../src/access/keys.ts';
import { idSchema } from '../../../src/contract/ids.ts';
import { scopes } from '../../../src/contract/scopes.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { idSource, type NamespaceId, type OrganizationId } from '../../../src/core/ids.ts';
import { database } from '../../../src/db/client.ts';
import { apiKeys } from '../../../src/db/schema/access.ts';
import { type Client, clientOf, type Fetch, worker } from '../client.ts';

export interface Organization extends Client {
  id: OrganizationId;
  namespaceId: NamespaceId;
  key: string;
  /** Path of the default namespace's plugins. */
  plugins: string;
}

const createdModel = z.object({
  organization_id: idSchema('organization'),
  namespace_id: idSchema('namespace'),
  api_key: z.string(),
});

export interface OrganizationOptions {
  name?: string;
  pluginsPerNamespace?: number;
  fetch?: Fetch;
}

export const adminAuthorization = `Bearer ${env.ADMIN_TOKEN}`;

export async function organization(options: OrganizationOptions = {}): Promise<Organization> {
  const { name = 'Acme', pluginsPerNamespace, fetch = worker } = options;
  const quota = pluginsPerNamespace === undefined ? {} : { plugins_per_namespace: pluginsPerNamespace };
  const answer = await clientOf(adminAuthorization, fetch).post('/v1/admin/organizations', { name, ...quota });
  const created = createdModel.parse(answer.body);
  return {
    ...clientOf(`Bearer ${created.api_key}`, fetch),
    id: created.organization_id,
    namespaceId: created.namespace_id,
    key: created.api_key,
    plugins: pluginsOf(created.namespace_id),
  };
}

export function pluginsOf(namespaceId: string): string {
  return `/v1/namespaces/${namespaceId}/plugins`;
}

export interface KeyOptions extends Partial<Pick<NewKey, 'scopes' | 'namespaceIds' | 'expiresAt'>> {
  revokedAt?: number;
}

/** Creates another key for the organization. By default it has all scopes and is valid for all namespaces. */
export async function keyOf({ id }: Pick<Organization, 'id'>, options: KeyOptions = {}): Promise<string> {
  const { revokedAt = null, ...limits } = options;
  const { secret, row } = await newKey(
    { ids: idSource(systemClock.now), clock: systemClock },
    { organizationId: id, name: 'test', scopes: [...scopes], namespaceIds: null, expiresAt: null, ...limits },
  );
  await database(env.DB)
    .insert(apiKeys)
    .values({ ...row, revokedAt });
  return secret;
}

export async function clientWithKey(org: Organization, options: KeyOptions): Promise<Client> {
  return clientOf(`Bearer ${await keyOf(org, options)}`, org.fetch);
}

/** Creates another namespace in the organization. */
export async function namespaceIn(org: Client, name: string): Promise<NamespaceId> {
  const { body } = await org.post('/v1/namespaces', {
    namespace_name: name,
    feature_extractors: [{ feature_extractor_name: 'text', version: '1.0.0' }],
  });
  return z.object({ namespace_id: idSchema('namespace') }).parse(body).namespace_id;
}
