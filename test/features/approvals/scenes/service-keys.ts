// Service keys whose versions wait for approval.
import { expect } from 'vitest';
import { z } from 'zod';
import { type Answer, clientOf } from '../../../support/client.ts';
import type { Organization } from '../../../support/scenes/organization.ts';
import { approve, messageOf } from '../../../support/scenes/staged.ts';

export const refusal =
  'You made or rotated the service key that published this version. Another person has to approve or reject it.';

const scopes = ['plugins:read', 'plugins:write', 'plugins:deploy', 'keys:admin'];

const keyModel = z.object({ key_id: z.string(), api_key: z.string() });

interface ServiceKey {
  id: string;
  client: Organization;
}

/** Returns a client with the key of this answer. */
function keyIn(org: Organization, { body }: Answer): ServiceKey {
  const { api_key: key, key_id: id } = keyModel.parse(body);
  return { id, client: { ...org, ...clientOf(`Bearer ${key}`, org.fetch), key } };
}

export async function keyMadeBy(maker: Organization): Promise<ServiceKey> {
  return keyIn(maker, await maker.post('/v1/keys', { name: 'CI', scopes }));
}

export async function rotatedBy(person: Organization, { id }: ServiceKey): Promise<ServiceKey> {
  return keyIn(person, await person.post(`/v1/keys/${id}/rotate`, {}));
}

export async function expectRefused(person: Organization): Promise<void> {
  const answer = await approve(person);
  expect([answer.status, messageOf(answer)]).toEqual([403, refusal]);
}
