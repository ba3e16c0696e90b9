// Measures deployments on Ray: from publishing to the first answer, beside a plain Ray Serve deployment of the same handler, and with a
// large archive and a large model for several processes of one node. See README.md.
import { randomBytes } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { deployAndWait, ExtractorClient } from '../../scripts/demo/extractor-client.ts';
import { packFiles } from '../../scripts/demo/pack.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { SlipwayClient } from '../../src/client/client.ts';
import { sha256Hex } from '../../src/core/digest.ts';
import { type RayBeside, withLocalRay } from '../local-ray.ts';
import { servePlain } from './plain.ts';

const usage = `node bench/ray/deploy.ts [OPTION...]

Measures how long deployments on Ray take.`;

const { values } = readCommandLine(usage, {
  options: {
    'archive-mib': { type: 'string', default: '300' },
    'model-mib': { type: 'string', default: '1024' },
    processes: { type: 'string', default: '3' },
  },
});
const mebibyte = 1024 ** 2;
const startMs = 600_000;
const json = { 'content-type': 'application/json' };
const inputs = { text: 'A slipway lets a ship go gently from dry land into the water.' };

type Files = Record<string, string | Uint8Array<ArrayBuffer>>;
interface Version {
  name: string;
  version: string;
  serveConfig: string;
}

const manifestOf = ({ name, version, serveConfig }: Version, more = '') =>
  `feature_extractor_name = "${name}"\nversion = "${version}"\nfeatures = []\nserve_config = {"placement": "ray", ${serveConfig}}\n${more}`;
const pipeline = 'def build_steps(extractor_request, container=None, **kwargs):\n    return {"steps": []}\n';
const mapped = `import mmap
import os
from shared.models.loader import load_namespace_model


class RealtimeHandler:
    def __init__(self):
        with load_namespace_model("weights.bin").open("rb") as file:
            self.weights = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        self.read = sum(self.weights[at] for at in range(0, len(self.weights), mmap.PAGESIZE))

    def predict(self, inputs):
        return {"process": os.getpid()}
`;

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

const idOf = ({ name, version }: Version) => `${name}_${version.replaceAll('.', '_')}`;

async function publish(client: ExtractorClient, version: Version, files: Files): Promise<void> {
  await client.publish(version.name, version.version, await packFiles(files));
  await deployAndWait(client, idOf(version), startMs);
}

async function call(local: Local, name: string): Promise<unknown> {
  const path = `/v1/namespaces/${local.namespace_id}/plugins/by-name/${name}/realtime`;
  const headers = { ...json, authorization: `Bearer ${local.api_key}` };
  const response = await fetch(`${local.url}${path}`, { method: 'POST', headers, body: JSON.stringify({ inputs }) });
  return z.object({ raw_response: z.unknown() }).parse(await response.json()).raw_response;
}

/** Compares the time to a first answer with plain Ray Serve's, which gets the same handler. */
async function compareStarts(local: Local, { head, serveUrl }: RayBeside): Promise<void> {
  const client = new ExtractorClient(local);
  const handler = await readFile('bench/realtime/handler.py', 'utf8');
  const release = (version: string) => async () => {
    const one = { name: 'small', version, serveConfig: '"num_cpus": 0.5' };
    await publish(client, one, { 'manifest.py': manifestOf(one), 'pipeline.py': pipeline, 'realtime.py': handler });
    await call(local, 'small');
  };
  const warm = await seconds(release('0.0.1'));
  const plain = await seconds(async () => {
    await servePlain(head, handler);
    const response = await fetch(`${serveUrl}/plain`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ inputs }),
    });
    if (!response.ok) throw new Error(`plain Ray Serve answers ${response.status}`);
  });
  const [first, second] = [await seconds(release('1.0.0')), await seconds(release('2.0.0'))];
  const path = `/v1/namespaces/${local.namespace_id}/plugins/by-name/small/rollback`;
  const headers = { ...json, authorization: `Bearer ${local.api_key}` };
  const rollback = await seconds(() => fetch(`${local.url}${path}`, { method: 'POST', headers, body: '{}' }));
  console.log(
    `seconds to the first answer: first ever ${warm.toFixed(1)} (starts Ray Serve), plain ${plain.toFixed(1)}, ` +
      `Slipway ${first.toFixed(1)} (${(first / plain).toFixed(2)} x), its next version ${second.toFixed(1)}, rollback ${rollback.toFixed(2)}`,
  );
}

async function putModel(local: Local, content: Uint8Array<ArrayBuffer>): Promise<void> {
  const client = new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key });
  const path = { namespace_id: local.namespace_id, name: 'weights.bin' };
  const body = { sha256: await sha256Hex(content), size_bytes: content.length };
  const { upload_url } = await client.put('/v1/namespaces/{namespace_id}/models/{name}', { path, body });
  if (upload_url) await fetch(upload_url, { method: 'PUT', body: content });
  await client.post('/v1/namespaces/{namespace_id}/models/{name}/confirm', { path, body });
}

/** Returns the sizes of the files that the node fetched. */
async function fetchedBytes({ head }: RayBeside): Promise<number> {
  const paths = (await readdir(head.folder, { recursive: true })).filter((path) =>
    /slipway-\d+\/.*content(?:\/|$)/.test(path),
  );
  const sizes = await Promise.all(paths.map(async (path) => stat(join(head.folder, path))));
  return sizes.reduce((sum, found) => sum + (found.isFile() ? found.size : 0), 0);
}

const processSchema = z.object({ process: z.number() });

/** Returns a process's share of the memory that it maps, in MiB. */
async function shareOf(process: number): Promise<number> {
  const rollup = await readFile(`/proc/${process}/smaps_rollup`, 'utf8');
  return Math.round(Number(/^Pss: +(\d+)/m.exec(rollup)?.[1]) / 1024);
}

async function measureLargeFiles(local: Local, ray: RayBeside): Promise<void> {
  const [archiveMiB, modelMiB, processes] = [values['archive-mib'], values['model-mib'], values.processes].map(Number);
  await putModel(local, new Uint8Array(randomBytes((modelMiB ?? 0) * mebibyte)));
  const one = { name: 'large', version: '1.0.0', serveConfig: `"num_cpus": 0.5, "num_replicas": ${processes}` };
  const files = {
    'manifest.py': manifestOf(one, 'models = ["weights.bin"]\n'),
    'pipeline.py': pipeline,
    'realtime.py': mapped,
    'large.bin': new Uint8Array(randomBytes((archiveMiB ?? 0) * mebibyte)),
  };
  const took = await seconds(() => publish(new ExtractorClient(local), one, files));
  const seen = new Set<number>();
  while (seen.size < (processes ?? 1)) {
    seen.add(processSchema.parse(await call(local, 'large')).process);
    await wait(50);
  }
  const sizes = await Promise.all([...seen].map(shareOf));
  const fetched = (await fetchedBytes(ray)) / mebibyte;
  console.log(
    `archive ${archiveMiB} MiB, model ${modelMiB} MiB, ${processes} processes: live after ${took.toFixed(1)} s, ` +
      `the node keeps ${fetched.toFixed(0)} MiB, PSS in MiB ${sizes.join(', ')}`,
  );
}

await withLocalRay(6, async (local, ray) => {
  await compareStarts(local, ray);
  await measureLargeFiles(local, ray);
});
