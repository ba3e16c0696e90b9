// An organization of its own on the measured Slipway, with what the neighbors need.
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ExtractorClient, waitUntilSettled } from '../../scripts/demo/extractor-client.ts';
import { packFiles } from '../../scripts/demo/pack.ts';
import type { Local } from '../../scripts/local/organization.ts';

const created = z.object({ api_key: z.string(), namespace_id: z.string(), organization_id: z.string() });
const settledMs = 60_000;

interface Sent {
  /** Makes it a POST, unless `method` says otherwise. */
  body?: object;
  method?: string;
  key?: string | null;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export class Tenant {
  readonly url: string;
  readonly key: string;
  readonly namespaceId: string;
  readonly organizationId: string;
  readonly plugins: string;
  /** Number of answers by status. */
  readonly statuses: Record<string, number> = {};

  constructor(url: string, { api_key, namespace_id, organization_id }: z.infer<typeof created>) {
    this.url = url;
    this.key = api_key;
    this.namespaceId = namespace_id;
    this.organizationId = organization_id;
    this.plugins = `/v1/namespaces/${namespace_id}/plugins`;
  }

  static async create({ url, admin_token }: Local, name: string): Promise<Tenant> {
    const headers = { authorization: `Bearer ${admin_token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ name });
    const answer = await fetch(`${url}/v1/admin/organizations`, { method: 'POST', headers, body });
    return new Tenant(url, created.parse(await answer.json()));
  }

  /** Sends a request, by default with the organization's key, and reads its answer to the end. Counts its status. */
  async send(
    path: string,
    { body, method = 'POST', key = this.key, headers = {}, signal }: Sent = {},
  ): Promise<unknown> {
    const sent = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }), ...headers };
    const request = body ? { method, body: JSON.stringify(body) } : {};
    const answer = await fetch(this.url + path, { ...request, headers: sent, signal: signal ?? null });
    this.statuses[answer.status] = (this.statuses[answer.status] ?? 0) + 1;
    const text = await answer.text();
    return answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
  }

  async publish(name: string, version: string, files: Record<string, Uint8Array<ArrayBuffer>> = {}): Promise<string> {
    const local = { url: this.url, api_key: this.key, namespace_id: this.namespaceId };
    const client = new ExtractorClient(local);
    await client.publish(name, version, await pluginArchive(name, version, files));
    return `${name}_${version.replaceAll('.', '_')}`;
  }

  async deploy(pluginId: string): Promise<void> {
    const client = new ExtractorClient({ url: this.url, api_key: this.key, namespace_id: this.namespaceId });
    await client.deploy(pluginId);
    await waitUntilSettled(client, pluginId, settledMs);
  }
}

/** Keeps up to this many pieces of work in progress until the signal aborts, and starts at most 50 a second. Failures don't matter. */
export async function crowd(size: number, signal: AbortSignal, work: () => Promise<unknown>): Promise<void> {
  const running = new Set<Promise<unknown>>();
  while (!signal.aborted) {
    await delay(20);
    if (running.size >= size) continue;
    const one = work()
      .catch(() => undefined)
      .finally(() => running.delete(one));
    running.add(one);
  }
  await Promise.all(running);
}

function pluginArchive(name: string, version: string, files: Record<string, Uint8Array<ArrayBuffer>>) {
  return packFiles({
    'manifest.py': `feature_extractor_name = "${name}"\nversion = "${version}"\nfeatures = []\n`,
    'pipeline.py':
      'def build_steps(extractor_request, container=None, **kwargs):\n    return {"steps": [lambda rows: rows]}\n',
    'realtime.py':
      'class RealtimeHandler:\n    def predict(self, inputs, parameters=None):\n        return {"version": 1}\n',
    ...files,
  });
}
