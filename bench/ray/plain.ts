// Deploys a handler to Ray Serve without Slipway, as one more application in the cluster's list.
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { RayHead } from '../../scripts/ray/head.ts';
import { packZip } from '../../src/archive/zip/pack.ts';
import { type JsonObject, jsonObject } from '../../src/contract/json.ts';
import { sha256Hex } from '../../src/core/digest.ts';

const startMs = 300_000;
const list = '/api/serve/applications/';
const shownSchema = z.object({
  applications: z.record(
    z.string(),
    z.object({ status: z.string(), message: z.string(), deployed_app_config: jsonObject }),
  ),
});

interface PlainOptions {
  /** Settings of the deployment, over those in plain.py. */
  deployment?: JsonObject;
  /** Settings of the whole Ray Serve, which only its first start reads. */
  serve?: JsonObject;
}

/** Waits until the application `plain` runs. A second call replaces its handler. */
export async function servePlain(
  head: RayHead,
  handler: string,
  { deployment, serve = {} }: PlainOptions = {},
): Promise<void> {
  const read = async () => shownSchema.parse(JSON.parse((await head.request(list)).text)).applications;
  const files = { 'plain.py': await readFile('bench/ray/plain.py', 'utf8'), 'handler.py': handler };
  const entries = Object.entries(files).map(([path, text]) => ({ path, bytes: new Uint8Array(Buffer.from(text)) }));
  const bytes = await packZip(entries);
  const name = `_ray_pkg_${(await sha256Hex(bytes)).slice(0, 40)}.zip`;
  const put = await head.request(`/api/packages/gcs/${name}`, { method: 'PUT', body: bytes });
  if (put.status !== 200) throw new Error(`the package was refused: ${put.text}`);
  const plain = {
    name: 'plain',
    route_prefix: '/plain',
    import_path: 'plain:app',
    runtime_env: { working_dir: `gcs://${name}` },
    ...(deployment ? { deployments: [{ name: 'Plain', ...deployment }] } : {}),
  };
  const others = Object.values(await read()).map((one) => one.deployed_app_config);
  const applications = [...others.filter((one) => one.name !== plain.name), plain];
  const changed = await head.request(list, { method: 'PUT', body: JSON.stringify({ ...serve, applications }) });
  if (changed.status !== 200) throw new Error(`the application was refused: ${changed.text}`);
  const until = performance.now() + startMs;
  for (;;) {
    const shown = (await read()).plain;
    if (shown?.status === 'RUNNING') return;
    if (shown?.status === 'DEPLOY_FAILED' || performance.now() > until)
      throw new Error(`plain does not run: ${shown?.message}`);
    await wait(200);
  }
}
