// Keys that are limited to a path.
import { z } from 'zod';
import { type Answer, type Client, clientOf } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

export const app = testApp({ queues: losingQueues().queues });

export const createdModel = z.object({ key_id: z.string(), api_key: z.string(), path: z.string().nullable() });

export function clientIn(answer: Answer): Client {
  return clientOf(`Bearer ${createdModel.parse(answer.body).api_key}`, app.fetch);
}

export async function acme() {
  const org = await organization({ fetch: app.fetch });
  const create = (fields: object, by: Client = org) =>
    by.post('/v1/keys', { name: 'agent', scopes: ['plugins:read', 'plugins:invoke', 'keys:admin'], ...fields });
  return { org, create, root: `/v1/namespaces/${org.namespaceId}` };
}
