// Deploys the handler to a Slipway: as a Python extractor, or as a Go pipeline plugin from a repository on this machine.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { commitExample, ExampleRepository } from '../../scripts/demo/example-repository.ts';
import { deployAndWait, ExtractorClient } from '../../scripts/demo/extractor-client.ts';
import { packRealtime } from '../../scripts/demo/pack.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { SlipwayClient } from '../../src/client/client.ts';

export const folder = 'bench/realtime';
const startMs = 120_000;
const goStartMs = 600_000;
const inputs = { text: 'A slipway lets a ship go gently from dry land into the water.' };
export const expected = `"length":${inputs.text.length}`;
/** Body of a call. uvicorn and Ray Serve get the same one. */
export const body = JSON.stringify({ inputs });

/** A module in this folder and its dependencies. */
export interface PythonHandler {
  module: 'handler' | 'numpy_handler' | 'answer_handler';
  dependencies: string[];
  /** `serve_config` in the manifest: num_replicas, max_concurrency. */
  serving?: Record<string, number>;
}

/** The plugin in `go_handler`. */
export interface GoHandler {
  placement: 'container' | 'isolate';
}

export type Handler = PythonHandler | GoHandler;

export interface Deployed {
  /** Path of the route that calls the handler. */
  path: string;
  deploymentId: string;
  /** Bodies of a call through the Worker, and directly to the instance. */
  body: string;
  instanceBody: string;
  /** Redeploys the handler. Returns the milliseconds from request to promotion. */
  redeploy?(): Promise<number>;
}

export function deploy(local: Local, handler: Handler): Promise<Deployed> {
  return 'module' in handler ? deployExtractor(local, handler) : installGo(local, handler);
}

const pluginId = 'bench_1_0_0';

async function deployExtractor(local: Local, handler: PythonHandler): Promise<Deployed> {
  const client = new ExtractorClient(local);
  await client.publish('bench', '1.0.0', await packExtractor(handler));
  const redeploy = async () => {
    const deploymentId = await deployAndWait(client, pluginId, startMs);
    const { created_at, promoted_at } = await client.deployment(deploymentId);
    return { deploymentId, ms: Date.parse(promoted_at ?? '') - Date.parse(created_at) };
  };
  const { deploymentId } = await redeploy();
  return {
    path: client.path(pluginId, 'realtime', 'test'),
    deploymentId,
    body,
    instanceBody: JSON.stringify({ inputs, parameters: {} }),
    redeploy: async () => (await redeploy()).ms,
  };
}

async function packExtractor({ module, dependencies, serving = {} }: PythonHandler): Promise<Uint8Array<ArrayBuffer>> {
  const more = `output_schema = {"score": {"type": "number"}}
dependencies = ${JSON.stringify(dependencies)}
serve_config = ${JSON.stringify(serving)}
`;
  return packRealtime('bench', '1.0.0', await readFile(join(folder, `${module}.py`), 'utf8'), more);
}

/** The builder must be allowed to fetch from this machine (SLIPWAY_ALLOW_LOOPBACK). */
async function installGo(local: Local, { placement }: GoHandler): Promise<Deployed> {
  const path = { name: 'bench' };
  const sources = join(folder, 'go_handler');
  const names = await readdir(sources);
  const files = new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(sources, name))] as const)),
  );
  const repositoryFolder = await mkdtemp(join(tmpdir(), 'slipway-bench-repository-'));
  const repository = await ExampleRepository.listen(repositoryFolder, path.name);
  try {
    await commitExample(repositoryFolder, files, 'v1.0.0');
    const client = new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key });
    const source = { repository_url: repository.url, git_ref: 'v1.0.0', placement };
    let plugin = await client.post('/api/plugins', { body: source });
    for (const until = performance.now() + goStartMs; plugin.status === 'building'; await delay(1000)) {
      if (performance.now() > until) throw new Error('the Go plugin is still being installed');
      plugin = await client.get('/api/plugins/{name}', { path });
    }
    if (plugin.status !== 'active') throw new Error(`the Go plugin was not installed: ${plugin.error_message}`);
    const inNamespace = { path: { namespace_id: local.namespace_id } };
    const { results } = await client.get('/v1/namespaces/{namespace_id}/deployments', inNamespace);
    const [{ deployment_id: deploymentId } = { deployment_id: '' }] = results;
    const call = JSON.stringify({ method: 'execute', params: { action: 'score', params: inputs } });
    return { path: `/api/plugins/${path.name}/call`, deploymentId, body: call, instanceBody: call };
  } finally {
    await repository.close();
    await rm(repositoryFolder, { recursive: true, force: true });
  }
}
