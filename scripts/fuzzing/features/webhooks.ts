// Creates the webhooks that a schemathesis run needs.
import type { FuzzedServer } from '../resources.ts';

/** Creates an endpoint with a delivery, and another one to delete. */
export async function create({ client, receiverUrl }: FuzzedServer): Promise<Record<string, string>> {
  const created = async () => (await client.post('/v1/webhooks', { body: { url: receiverUrl } })).endpoint_id;
  const endpoint_id = await created();
  const { delivery_id } = await client.post('/v1/webhooks/{endpoint_id}/test', { path: { endpoint_id } });
  return { WEBHOOK: endpoint_id, DELIVERY: delivery_id, DELETED_WEBHOOK: await created() };
}
