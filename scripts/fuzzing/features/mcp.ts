// Sets the tool set that a schemathesis run needs.
import type { FuzzedServer } from '../resources.ts';

/** Sets a tool set, whose name is in schemathesis.toml. */
export async function create({ local, client }: FuzzedServer): Promise<Record<string, string>> {
  const path = { namespace_id: local.namespace_id, name: 'fuzzed-set' };
  const body = { tools: [{ name: 'profile', plugin: 'text_profile' }] };
  await client.put('/v1/namespaces/{namespace_id}/tool-sets/{name}', { path, body });
  return {};
}
