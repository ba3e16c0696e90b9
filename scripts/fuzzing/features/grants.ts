// Grants the plugin of a schemathesis run a secret.
import { type FuzzedServer, pluginName } from '../resources.ts';

export async function create({ client }: FuzzedServer): Promise<Record<string, string>> {
  await client.put('/v1/grants', { body: { plugin: pluginName, permissions: { secrets: ['FUZZED'] } } });
  return {};
}
