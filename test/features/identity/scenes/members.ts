// Members whom an issuer knows, each with a personal key.
import { env } from 'cloudflare:workers';
import { idSchema } from '../../../../src/contract/ids.ts';
import { systemClock } from '../../../../src/core/clock.ts';
import { idSource } from '../../../../src/core/ids.ts';
import { database } from '../../../../src/db/client.ts';
import { issuers, members, people } from '../../../../src/features/identity/tables.ts';
import type { Organization } from '../../../support/scenes/organization.ts';
import { personIdOf, personIn } from '../../../support/scenes/people.ts';

type Membership = Partial<Pick<typeof members.$inferInsert, 'role' | 'namespaceIds'>>;

/** Creates a member of the organization, and returns a client with a personal key. The same names have the same e-mail address. */
export async function memberIn(org: Organization, name: string, membership: Membership = {}): Promise<Organization> {
  const ids = idSource(systemClock.now);
  const now = systemClock.now();
  const client = await personIn(org, name);
  const personId = idSchema('person').parse(await personIdOf(client));
  const issuerId = ids('issuer');
  const db = database(env.DB);
  const createdBy = { type: 'admin' as const, id: 'admin' };
  const issuer = { id: issuerId, name: issuerId, purpose: 'people' as const, url: 'https://id.example.com' };
  await db
    .insert(issuers)
    .values({ ...issuer, organizationId: org.id, clientId: 'slipway', createdBy, createdAt: now });
  const email = `${name.toLowerCase()}@example.com`;
  await db
    .insert(people)
    .values({ id: personId, issuerId, subject: personId, email, name, createdAt: now, signedInAt: now });
  await db.insert(members).values({ organizationId: org.id, personId, role: 'owner', ...membership, createdAt: now });
  return client;
}
