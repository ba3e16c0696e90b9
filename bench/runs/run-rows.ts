// Runs a file of rows, for the benchmarks.
import { openAsBlob } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Local } from '../../scripts/local/organization.ts';
import { SlipwayClient } from '../../src/client/client.ts';

const pollMs = 50;

/** Returns the numbers of rows, and the seconds from the start to the end. */
export async function runRows(local: Local, pluginId: string, file: string, maxParallel: number) {
  const client = new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key });
  const { namespace_id } = local;
  const created = await client.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/runs', {
    path: { namespace_id, plugin_id: pluginId },
    body: { input: { format: 'jsonl' }, max_parallel: maxParallel },
  });
  const sent = await fetch(created.presigned_url ?? '', { method: 'PUT', body: await openAsBlob(file) });
  if (!sent.ok) throw new Error(`the input was not stored: ${sent.status}`);
  const path = { namespace_id, run_id: created.run_id };
  const startedAt = performance.now();
  await client.post('/v1/namespaces/{namespace_id}/runs/{run_id}/start', { path });
  for (;;) {
    const state = await client.get('/v1/namespaces/{namespace_id}/runs/{run_id}', { path });
    const seconds = (performance.now() - startedAt) / 1000;
    if (state.status === 'succeeded') return { rows: state.rows, skipped: state.skipped, seconds };
    if (state.ended_at !== null) throw new Error(`the run is ${state.status}: ${state.error}`);
    await delay(pollMs);
  }
}
