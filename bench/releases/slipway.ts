// Rolls a version out with a Slipway release.

import { type ApiAccess, ExtractorClient, waitUntilSettled } from '../../scripts/demo/extractor-client.ts';
import { packZip } from '../../src/archive/zip/pack.ts';
import { withLocalServer } from '../local-server.ts';
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

export const slipway: System = {
  name: `Slipway, 1, 10, 50 %, ${plan.hold} each`,
  async run(work) {
    await withLocalServer(async (local) => {
      const client = new ExtractorClient(local);
      const stable = await publish(client, { version: 1, failing: 0 });
      await deploy(local, client, stable, {});
      const { message, status } = await waitUntilSettled(client, stable, startMs);
      if (status !== 'DEPLOYED') throw new Error(`${stable} was not deployed: ${message}`);
      await work({
        target: {
          url: `${local.url}${client.path('by-name', name, 'realtime')}`,
          headers: { authorization: `Bearer ${local.api_key}`, 'content-type': 'application/json' },
        },
        replace: async (next) => deploy(local, client, await publish(client, next), { release: plan }),
      });
    });
  },
};
