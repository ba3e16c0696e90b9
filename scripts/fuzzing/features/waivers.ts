// Creates the waiver that a schemathesis run needs.
import { type FuzzedServer, pluginName } from '../resources.ts';

export async function create({ client }: FuzzedServer): Promise<Record<string, string>> {
  const expires_at = new Date(Date.now() + 24 * 3600 * 1000).toISOString();
  const waiver = { plugin: pluginName, rule: 'SLP201', reason: 'for the run', expires_at };
  const { waiver_id } = await client.post('/v1/waivers', { body: waiver });
  return { WAIVER: waiver_id };
}
