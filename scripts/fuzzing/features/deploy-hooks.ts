// Creates the deploy hooks that a schemathesis run needs.
import { createHmac, randomUUID } from 'node:crypto';
import { type FuzzedServer, pluginName } from '../resources.ts';

/** Creates a deploy hook with a delivery, and another one to delete. */
export async function create({ local, client }: FuzzedServer): Promise<Record<string, string>> {
  const created = () =>
    client.post('/v1/deploy-hooks', {
      body: {
        kind: 'extractor',
        plugin: pluginName,
        namespace_id: local.namespace_id,
        provider: 'github',
        repository: 'https://github.com/example/plugins',
      },
    });
  const { hook_id, url, secret } = await created();
  const body = JSON.stringify({ zen: 'Keep it logically awesome.' });
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'ping',
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  };
  const response = await fetch(url, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`the deploy hook responded with ${response.status}: ${await response.text()}`);
  const { results } = await client.get('/v1/deploy-hooks/{hook_id}/deliveries', { path: { hook_id } });
  return { HOOK: hook_id, HOOK_DELIVERY: results[0]?.delivery_id ?? '', DELETED_HOOK: (await created()).hook_id };
}
