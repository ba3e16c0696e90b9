// Starts a run and later calls, and checks that each row and each call has one result.
import { setTimeout as delay } from 'node:timers/promises';
import type { Local } from '../../scripts/local/organization.ts';
import { SlipwayClient } from '../../src/client/client.ts';

const lookMs = 500;

export class Work {
  readonly #client: SlipwayClient;
  readonly #local: Local;

  constructor(local: Local) {
    this.#local = local;
    this.#client = new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key });
  }

  /** Starts a run of this many rows. Returns a function that waits for its end and says what it has. */
  async startRun(pluginId: string, rows: number): Promise<() => Promise<string>> {
    const { namespace_id } = this.#local;
    const created = await this.#client.post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/runs', {
      path: { namespace_id, plugin_id: pluginId },
      body: { input: { format: 'jsonl' }, max_parallel: 2 },
    });
    const body = Array.from({ length: rows }, (_, n) => `{"n":${n}}\n`).join('');
    await fetch(created.presigned_url ?? '', { method: 'PUT', body });
    const path = { namespace_id, run_id: created.run_id };
    await this.#client.post('/v1/namespaces/{namespace_id}/runs/{run_id}/start', { path });
    return async () => {
      let run = await this.#client.get('/v1/namespaces/{namespace_id}/runs/{run_id}', { path });
      for (; run.ended_at === null; await delay(lookMs))
        run = await this.#client.get('/v1/namespaces/{namespace_id}/runs/{run_id}', { path });
      const url = `${this.#local.url}/v1/namespaces/${namespace_id}/runs/${path.run_id}/output`;
      const headers = { authorization: `Bearer ${this.#local.api_key}`, accept: 'application/x-ndjson' };
      const lines = (await (await fetch(url, { headers })).text()).trimEnd().split('\n');
      return `run ${run.status}: ${lines.length} rows of ${rows}, ${new Set(lines).size} different`;
    };
  }

  /** Queues later calls. Returns a function that waits for their ends and says what they have. */
  async queueCalls(url: string, count: number): Promise<() => Promise<string>> {
    const headers = { authorization: `Bearer ${this.#local.api_key}`, 'content-type': 'application/json' };
    const queue = async (n: number) => {
      const body = JSON.stringify({ inputs: { n }, parameters: {} });
      const init = { method: 'POST', headers: { ...headers, prefer: 'respond-async' }, body };
      const response = await fetch(url, init);
      const location = response.headers.get('location');
      if (response.status !== 202 || location === null) throw new Error(`not queued: ${await response.text()}`);
      return location.split('/').at(-1) ?? '';
    };
    const ids = await Promise.all(Array.from({ length: count }, (_, n) => queue(n)));
    return async () => {
      const ended = await Promise.all(ids.map((id) => this.#ended(id)));
      const succeeded = ended.filter(({ status }) => status === 'succeeded').length;
      const repeated = ended.filter(({ runs }) => runs > 1).length;
      return `later calls: ${succeeded} of ${count} succeeded, each with one result; ${repeated} ran again after a loss`;
    };
  }

  async #ended(call_id: string) {
    for (;;) {
      const call = await this.#client.get('/v1/calls/{call_id}', { path: { call_id } });
      if (call.ended_at !== null) return call;
      await delay(lookMs);
    }
  }
}
