// Rolls a version out with a Slipway release.

import { z } from 'zod';
import { type ApiAccess, ExtractorClient, waitUntilSettled } from '../../scripts/demo/extractor-client.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { packZip } from '../../src/archive/zip/pack.ts';
import { withLocalServer } from '../local-server.ts';
import type { Target } from './load.ts';
import { handlerText, type System, type Version } from './systems.ts';

const name = 'rollout';
const startMs = 300_000;
const pipeline = 'def build_steps(extractor_request, container=None, **kwargs):\n    return {"steps": []}\n';
/** The standard steps, which the standard plan holds for 5 min each. */
const plan = { hold: '30s' };

async function publish(client: ExtractorClient, { version, failing }: Version): Promise<string> {
  const number = `${version}.0.0`;
  const files = {
    'manifest.py': `feature_extractor_name = "${name}"\nversion = "${number}"\nfeatures = []\n`,
    'pipeline.py': pipeline,
    'realtime.py': handlerText({ version, failing }),
  };
  const entries = Object.entries(files).map(([path, text]) => ({ path, bytes: new Uint8Array(Buffer.from(text)) }));
  const archive = await packZip(entries);
  const upload = await client.requestUpload(name, number, archive.length);
  await client.confirm(upload.upload_id, await client.putArchive(upload.presigned_url, archive), archive.length);
  return `${name}_${version}_0_0`;
}

async function deploy(reach: ApiAccess, client: ExtractorClient, pluginId: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${reach.api_key}`, 'content-type': 'application/json' };
  const url = `${reach.url}${client.path(pluginId, 'deploy')}`;
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${pluginId} was not deployed: ${await response.text()}`);
}

async function goLive(local: Local, client: ExtractorClient, version: Version): Promise<void> {
  const pluginId = await publish(client, version);
  await deploy(local, client, pluginId, {});
  const { message, status } = await waitUntilSettled(client, pluginId, startMs);
  if (status !== 'DEPLOYED') throw new Error(`${pluginId} was not deployed: ${message}`);
}

function targetOf(local: Local, client: ExtractorClient): Target {
  return {
    url: `${local.url}${client.path('by-name', name, 'realtime')}`,
    headers: { authorization: `Bearer ${local.api_key}`, 'content-type': 'application/json' },
  };
}

export const slipway: System = {
  name: `Slipway, 1, 10, 50 %, ${plan.hold} each`,
  async run(work) {
    await withLocalServer(async (local) => {
      const client = new ExtractorClient(local);
      await goLive(local, client, { version: 1, failing: 0 });
      await work({
        target: targetOf(local, client),
        replace: async (next) => deploy(local, client, await publish(client, next), { release: plan }),
      });
    });
  },
};

export interface LiveVersions {
  target: Target;
  /** Starts a release that stays at its first step. Returns a function that ends it. */
  startRelease(): Promise<() => Promise<void>>;
}

/** Runs `work` with two equal live versions, of which the second has the name. */
export async function withTwoVersions(work: (live: LiveVersions) => Promise<void>): Promise<void> {
  await withLocalServer(async (local) => {
    const client = new ExtractorClient(local);
    for (const version of [1, 2]) await goLive(local, client, { version, failing: 0 });
    const releases = `${local.url}/v1/namespaces/${local.namespace_id}/releases`;
    const headers = { authorization: `Bearer ${local.api_key}`, 'content-type': 'application/json' };
    const send = async (url: string, body: object): Promise<unknown> => {
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
      if (!response.ok) throw new Error(await response.text());
      return response.json();
    };
    await work({
      target: targetOf(local, client),
      startRelease: async () => {
        const staying = { steps: [{ percent: 10 }], hold: '24h' };
        const begun = await send(releases, { plugin: name, version: '1.0.0', plan: staying });
        const { id } = z.object({ id: z.string() }).parse(begun);
        return async () => void (await send(`${releases}/${id}/cancel`, {}));
      },
    });
  });
}
