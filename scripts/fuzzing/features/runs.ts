// Creates the run that a schemathesis run needs.
import { type FuzzedServer, pluginName } from '../resources.ts';

/** Starts a run of the deployed version. */
export async function create({ local, client }: FuzzedServer): Promise<Record<string, string>> {
  const { run_id } = await client.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/runs', {
    path: { namespace_id: local.namespace_id, plugin_id: `${pluginName}_1_0_1` },
    body: { input: { rows: [{ data: 'A text' }] } },
  });
  return { RUN: run_id };
}
