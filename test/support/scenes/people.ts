// Creates people and CI jobs with keys, as signing in and exchanging an ID token do.
import { env } from 'cloudflare:workers';
import { z } from 'zod';
import { type NewKey, newKey } from '../../../src/access/keys.ts';
import { publisherScopes, scopes } from '../../../src/contract/scopes.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { idSource } from '../../../src/core/ids.ts';
import { database } from '../../../src/db/client.ts';
import { apiKeys } from '../../../src/db/schema/access.ts';
import { clientOf } from '../client.ts';
import type { Organization } from './organization.ts';

type Limits = Partial<Pick<NewKey, 'scopes' | 'namespaceIds'>>;

/** Returns a client with the key of a person. Nothing else is known of them. */
export async function personIn(org: Organization, name: string, limits: Limits = {}): Promise<Organization> {
  const personId = idSource(systemClock.now)('person');
  return withKey(org, { kind: 'personal', personId, principal: { name, via: 'cli' } }, limits);
}

/** Returns the ID of the person whose key the client has. */
export async function personIdOf(client: Organization): Promise<string> {
  const { person } = z
    .object({ person: z.object({ person_id: z.string() }) })
    .parse((await client.get('/v1/keys/self')).body);
  return person.person_id;
}

/** Returns a client with the key of a CI job whose versions always wait for approval. */
export function stageOnlyJob(org: Organization, limits: Limits = {}): Promise<Organization> {
  const claims = { repository: 'acme/plugins', ref: 'refs/tags/v1', sha: 'a'.repeat(40) };
  const principal = { name: 'acme/plugins', subject: 'ci:github/repo:acme/plugins', claims };
  return withKey(org, { kind: 'ci', stageOnly: true, principal }, limits);
}

/** Returns a client with the key of a CI job that may publish the plugin in the default namespace. */
export function jobFor(org: Organization, pluginPattern: string): Promise<Organization> {
  const principal = { name: 'acme/plugins', subject: 'ci:github/repo:acme/plugins' };
  const limits = { scopes: [...publisherScopes], namespaceIds: [org.namespaceId] };
  return withKey(org, { kind: 'ci', pluginPattern, principal }, limits);
}

async function withKey(
  org: Organization,
  fields: Partial<typeof apiKeys.$inferInsert>,
  limits: Limits,
): Promise<Organization> {
  const { secret, row } = await newKey(
    { ids: idSource(systemClock.now), clock: systemClock },
    { organizationId: org.id, name: 'test', scopes: [...scopes], namespaceIds: null, expiresAt: null, ...limits },
  );
  await database(env.DB)
    .insert(apiKeys)
    .values({ ...row, ...fields });
  return { ...org, ...clientOf(`Bearer ${secret}`, org.fetch), key: secret };
}
