// Starts the servers to compare: a Slipway with clip_search on a lent GPU, and plain Ray Serve with the same model on the same GPU.
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { ExtractorClient } from '../../scripts/demo/extractor-client.ts';
import { clipDependencies, deployClipSearch, putClipModel } from '../../scripts/gpu/clip-search.ts';
import { freePorts, loopback } from '../../scripts/machine/ports.ts';
import { rayVersion } from '../../scripts/ray/install.ts';
import { createEnvironment } from '../../scripts/testing/uv.ts';
import { type LocalServer, startLocalServer } from '../local-server.ts';
import { stop, type Target, waitFor } from '../realtime/servers.ts';

const venv = resolve('dist/bench-gpu');
const share = { gpu_memory_gb: 8, placement: 'sandbox' };
const json = { 'content-type': 'application/json' };
const body = JSON.stringify({ inputs: { text: 'a slipway lets a ship go gently into the water' } });
const expected = '"embedding":';

export interface Sizes {
  /** Most calls of a batch. */
  calls: number;
  /** Rows of a run's batch. */
  rows: number;
}

export interface SlipwayOnGpu extends Pick<LocalServer, 'local' | 'stop'> {
  targets: Record<string, Target>;
  card: string;
  /** The version that runs its rows. */
  pluginId: string;
}

/** Stores the model in `model`, which the other programs read too. */
export async function startSlipway(model: string, { calls, rows }: Sizes): Promise<SlipwayOnGpu> {
  const { local, stop } = await startLocalServer({ env: { BUILDER_GPUS: 'all' } });
  try {
    await putClipModel(local, model);
    const client = new ExtractorClient(local);
    const headers = { ...json, authorization: `Bearer ${local.api_key}` };
    const target = (id: string) => ({
      url: `${local.url}${client.path(id, 'realtime', 'test')}`,
      headers,
      body,
      expected,
    });
    const single = await deployClipSearch(local, { name: 'clip_single', serving: share, batchSize: rows });
    const batched = { ...share, batching: { max_size: calls } };
    const many = await deployClipSearch(local, { name: 'clip_many', serving: batched, batchSize: rows });
    const card = (await client.status(single)).serving?.instance?.gpus?.cards[0]?.name ?? 'no GPU';
    return {
      local,
      stop,
      card,
      pluginId: single,
      targets: { 'Slipway without batching': target(single), 'Slipway with batching': target(many) },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Installs Ray, torch and what the model needs. Returns the variables with which Python finds the example's code. */
export async function installPeers(): Promise<{ python: string; env: NodeJS.ProcessEnv }> {
  const packages = [`ray[serve]==${rayVersion}`, 'torch', ...(await clipDependencies())];
  const failed = await createEnvironment(venv, process.env.PYTHON ?? 'python3', packages);
  if (failed) throw new Error(failed.output);
  const folders = ['examples/clip_search', 'builder/host-python', 'builder/host-python/shims'];
  const env = {
    ...process.env,
    RAY_USAGE_STATS_ENABLED: '0',
    PYTHONPATH: folders.map((path) => resolve(path)).join(':'),
  };
  return { python: join(venv, 'bin/python'), env };
}

export async function startRay(
  model: string,
  { calls }: Sizes,
  { env, python }: Awaited<ReturnType<typeof installPeers>>,
) {
  const [port = 0] = await freePorts(1);
  const child = spawn(python, ['bench/gpu/plain_app.py', String(port), model, String(calls)], { env, stdio: 'ignore' });
  const targets: Record<string, Target> = {};
  for (const waitMs of [0, 5]) {
    const url = `http://${loopback}:${port}/${waitMs}`;
    await waitFor(child, url, { method: 'POST', headers: json, body });
    targets[`Ray Serve, wait ${waitMs} ms`] = { url, headers: json, body, expected };
  }
  return { targets, stop: () => stop(child) };
}
