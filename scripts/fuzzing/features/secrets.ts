// Sets the secret that a schemathesis run needs.
import type { FuzzedServer } from '../resources.ts';

/** Sets a secret, whose name is in schemathesis.toml. */
export async function create({ local, client }: FuzzedServer): Promise<Record<string, string>> {
  const path = { namespace_id: local.namespace_id, name: 'FUZZED' };
  await client.put('/v1/namespaces/{namespace_id}/secrets/{name}', { path, body: { value: 'a secret' } });
  return {};
}
