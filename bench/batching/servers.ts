// Starts the servers to compare: a Slipway with all plugins, Ray Serve and BentoML, each with the model of model.py.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { deployAndWait, ExtractorClient } from '../../scripts/demo/extractor-client.ts';
import { packFiles } from '../../scripts/demo/pack.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { freePorts, loopback } from '../../scripts/machine/ports.ts';
import { createEnvironment } from '../../scripts/testing/uv.ts';
import { startLocalServer } from '../local-server.ts';
import { stop, type Target, waitFor } from '../realtime/servers.ts';

const folder = 'bench/batching';
const venv = resolve('dist/bench-batching');
const packages = ['ray[serve]==2.60.0', 'bentoml==1.4.40', 'numpy==2.4.6'];
/** Most of this time goes to installing numpy. */
const startMs = 300_000;
const json = { 'content-type': 'application/json' };
const inputs = { values: Array.from({ length: 300 }, (_, n) => Number(Math.sin(n).toFixed(4))) };
const expected = '"score":';
const body = JSON.stringify({ inputs });

export interface Started {
  targets: Record<string, Target>;
  stop(): Promise<void>;
}

/** Everything that the servers share. */
export interface Programs {
  /** Folder with the Python files and the calibrated model (work.py). */
  path: string;
  model: string;
  maxSize: number;
  remove(): Promise<void>;
}

/** Installs the packages if they are missing, and calibrates the model. */
export async function preparePrograms(maxSize: number): Promise<Programs> {
  const listed = join(venv, 'packages.txt');
  const text = packages.join('\n');
  if (!existsSync(listed) || (await readFile(listed, 'utf8')) !== text) {
    const failed = await createEnvironment(venv, 'python3', packages);
    if (failed) throw new Error(failed.output);
    await writeFile(listed, text);
  }
  const path = await mkdtemp(join(tmpdir(), 'slipway-bench-batching-'));
  await cp(folder, path, { recursive: true });
  const model = execFileSync(join(venv, 'bin/python'), [join(folder, 'model.py')], { encoding: 'utf8' }).trim();
  await writeFile(join(path, 'work.py'), `from model import Model\n\nmodel = ${model}\n`);
  return { path, model, maxSize, remove: () => rm(path, { recursive: true, force: true }) };
}

/** One Slipway serves the model and a trivial handler, each with and without batching. */
export async function startSlipway({ path, maxSize }: Programs): Promise<Started & { trivial: Started['targets'] }> {
  const { local, stop } = await startLocalServer();
  const read = (name: string) => readFile(join(path, name), 'utf8');
  const files = { 'model.py': await read('model.py'), 'work.py': await read('work.py') };
  const model = { ...files, 'realtime.py': await read('realtime.py') };
  const trivial = { 'realtime.py': await read('trivial.py') };
  const batching = { batching: { max_size: maxSize } };
  try {
    return {
      targets: {
        'Slipway without batching': await deploy(local, 'model_single', model, { max_concurrency: 1 }),
        'Slipway with batching': await deploy(local, 'model_many', model, batching),
      },
      trivial: {
        'without batching': await deploy(local, 'trivial_single', trivial, {}),
        'with batching': await deploy(local, 'trivial_many', trivial, batching),
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function deploy(local: Local, name: string, files: Record<string, string>, serving: object): Promise<Target> {
  const dependencies = 'work.py' in files ? ['numpy==2.4.6'] : [];
  const client = new ExtractorClient(local);
  const archive = await packFiles({
    'manifest.py': `feature_extractor_name = "${name}"
version = "1.0.0"
features = []
dependencies = ${JSON.stringify(dependencies)}
serve_config = ${JSON.stringify(serving)}
`,
    'pipeline.py': 'def build_steps(extractor_request, container=None, **kwargs):\n    return {"steps": []}\n',
    ...files,
  });
  await client.publish(name, '1.0.0', archive);
  await deployAndWait(client, `${name}_1_0_0`, startMs);
  const headers = { ...json, authorization: `Bearer ${local.api_key}` };
  return { url: `${local.url}${client.path(`${name}_1_0_0`, 'realtime', 'test')}`, headers, body, expected };
}

export async function startRay({ maxSize, path }: Programs): Promise<Started> {
  const [port = 0] = await freePorts(1);
  const child = startPython(path, ['ray_app.py', String(port), String(maxSize)], { RAY_USAGE_STATS_ENABLED: '0' });
  const targets: Started['targets'] = {};
  for (const waitMs of [0, 10]) {
    const url = `http://${loopback}:${port}/${waitMs}`;
    await waitFor(child, url, { method: 'POST', headers: json, body });
    targets[`Ray Serve, wait ${waitMs} ms`] = { url, headers: json, body, expected };
  }
  return { targets, stop: () => stop(child) };
}

/** A batched method takes a list, even from a caller with one input. */
export async function startBento({ maxSize, path }: Programs): Promise<Started> {
  const [port = 0] = await freePorts(1);
  const env = { BENTOML_DO_NOT_TRACK: 'true', BENTOML_HOME: join(path, 'bentoml'), MAX_SIZE: String(maxSize) };
  const serve = ['-m', 'bentoml', 'serve', 'bento_app:Batched', '--host', loopback, '--port', String(port)];
  const child = startPython(path, serve, env);
  const url = `http://${loopback}:${port}/run_many`;
  const list = JSON.stringify({ inputs: [inputs] });
  await waitFor(child, url, { method: 'POST', headers: json, body: list });
  return { targets: { BentoML: { url, headers: json, body: list, expected } }, stop: () => stop(child) };
}

function startPython(cwd: string, args: string[], env: Record<string, string>): ChildProcess {
  return spawn(join(venv, 'bin/python'), args, { cwd, env: { ...process.env, ...env }, stdio: 'ignore' });
}
