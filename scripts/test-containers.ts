// Implements `npm run test:containers`: publish → deploy → call → redeploy, with each instance in its own container behind its
// Durable Object. Needs a Docker engine and the images that builder/Dockerfile and wrangler pull. Skips itself without Docker.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPython } from '../builder/server/python/python.ts';
import { withLocalDatabase } from './local/database.ts';
import { ExtractorClient, waitUntilSettled } from './local/extractor-client.ts';
import { startHeartbeat } from './local/heartbeat.ts';
import { migrate } from './local/migrate.ts';
import { ensureLocalOrganization } from './local/organization.ts';
import { packFolder } from './local/pack-folder.ts';
import { freePorts, loopback } from './local/ports.ts';
import { localSecrets } from './local/secrets.ts';
import { print, row } from './local/terminal.ts';
import { waitUntilHealthy } from './local/worker.ts';
import { workerBundle } from './local/worker-bundle.ts';
import { prepareWrangler, startContainerWorker } from './local/wrangler-worker.ts';
import { runCommand } from './testing/command.ts';

/** Wrangler reads the same variable. */
const docker = process.env.WRANGLER_DOCKER_BIN ?? 'docker';
const healthyWaitMs = 60_000;
const liveWaitMs = 120_000;
/** Covers the drain, the sweep after it and the removal of the container. */
const removalWaitMs = 90_000;
const buildId = 'test';
/** The name that wrangler gives the image of the class `Instance`. */
const image = `cloudflare-dev/instance:${buildId}`;
const plugin = { folder: 'examples/text_profile', name: 'text_profile', version: '1.0.0', id: 'text_profile_1_0_0' };
const inputs = { text: 'A slipway lets a ship go gently from dry land into the water.' };

const engine = await runCommand(docker, ['version', '--format', '{{.Server.Version}}']);
if (engine.exitCode === 0) await run();
else print(`test:containers skipped: Docker is not available (${engine.output.split('\n').at(-1)})`);

async function run(): Promise<void> {
  const state = await mkdtemp(join(tmpdir(), 'slipway-containers-'));
  const before = await instances();
  const cleanups: (() => unknown)[] = [
    () => rm(state, { recursive: true, force: true }),
    async () => removeAll((await instances()).filter((id) => !before.includes(id))),
  ];
  try {
    await deployTwice(await start(state, cleanups));
    print('\n1 passed, 0 failed');
  } catch (error) {
    print(`\n${error instanceof Error ? error.stack : error}\n\n0 passed, 1 failed`);
    process.exitCode = 1;
  } finally {
    for (const end of cleanups.reverse()) await end();
  }
  process.exit(); // wrangler leaves handles open
}

async function start(state: string, endings: (() => unknown)[]): Promise<ExtractorClient> {
  const python = await findPython(process.env.PYTHON);
  if (typeof python === 'string') throw new Error(python);
  prepareWrangler(state, python.executable);
  const [port = 0] = await freePorts(1);
  const url = `http://${loopback}:${port}`;
  const secrets = await localSecrets(state);
  const reach = { url, admin_token: secrets.admin_token, builder_url: '' };
  const { local } = await withLocalDatabase({ state, bundle: await workerBundle() }, async (db) => {
    await migrate(db, 'migrations');
    return ensureLocalOrganization(db, state, reach);
  });
  await step('worker', async () => {
    const onLine = (line: string) => print(`  ${line}`);
    const worker = await startContainerWorker({ port, state, buildId, secrets, onLine });
    endings.push(() => worker.dispose());
    await waitUntilHealthy(url, healthyWaitMs);
    const restart = async () => onLine('the Worker does not respond');
    endings.push(startHeartbeat({ url, onLine, tick: worker.tick, restart }).stop);
    return `${url}, with the image built by Docker ${engine.output.trim()}`;
  });
  return new ExtractorClient(local);
}

async function deployTwice(client: ExtractorClient): Promise<void> {
  await step('publish', async () => {
    const archive = await packFolder(plugin.folder);
    const upload = await client.requestUpload(plugin.name, plugin.version, archive.length);
    const etag = await client.putArchive(upload.presigned_url, archive);
    return (await client.confirm(upload.upload_id, etag, archive.length)).message;
  });
  await deploy(client, 1);
  await call(client);
  const traffic = keepCalling(client);
  await deploy(client, 2);
  await step('traffic', () => traffic.end());
  await step('drained', waitForOneServer);
  await step('lost', async () => {
    await removeAll(await servers());
    return 'removed the container';
  });
  await call(client);
}

async function deploy(client: ExtractorClient, generation: number): Promise<void> {
  await step('deploy', async () => {
    const { deployment_id } = await client.deploy(plugin.id);
    const { status, serving, message } = await waitUntilSettled(client, plugin.id, liveWaitMs);
    if (status !== 'DEPLOYED' || serving?.generation !== generation) throw new Error(`${status}: ${message}`);
    return `generation ${generation}, ${deployment_id}`;
  });
}

async function call(client: ExtractorClient): Promise<void> {
  await step('call', async () => {
    const answer = await client.call(plugin.id, inputs);
    if (answer.status !== 'success') throw new Error(`the call failed: ${answer.error}`);
    return `answered by ${answer.deployment_id}`;
  });
}

/** Calls the plugin repeatedly until `end`, which rejects if a call failed. */
function keepCalling(client: ExtractorClient): { end(): Promise<string> } {
  let ended = false;
  const calls = (async () => {
    for (let count = 1; ; count++) {
      const last = ended;
      const answer = await client.call(plugin.id, inputs);
      if (answer.status !== 'success') throw new Error(`call ${count} failed: ${answer.error}`);
      if (last) return `${count} calls during the redeploy, none failed`;
    }
  })();
  calls.catch(() => {});
  return {
    end: () => {
      ended = true;
      return calls;
    },
  };
}

async function waitForOneServer(): Promise<string> {
  const until = performance.now() + removalWaitMs;
  for (;;) {
    const { length } = await servers();
    if (length === 1) return 'the container of generation 1 was removed';
    if (performance.now() > until) throw new Error(`${length} containers are left`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Lists the running builder servers. */
function servers(): Promise<string[]> {
  return listContainers('--filter', `ancestor=${image}`);
}

/** Lists all containers of instances, including the networking sidecars, which the local runtime does not remove. */
function instances(): Promise<string[]> {
  return listContainers('--all', '--filter', 'name=workerd-slipway-Instance-');
}

async function listContainers(...options: string[]): Promise<string[]> {
  return (await runDocker('ps', '--quiet', ...options)).split('\n').filter((id) => id !== '');
}

async function removeAll(ids: string[]): Promise<void> {
  if (ids.length > 0) await runDocker('rm', '--force', ...ids);
}

async function runDocker(...args: string[]): Promise<string> {
  const { exitCode, output } = await runCommand(docker, args);
  if (exitCode !== 0) throw new Error(`docker ${args[0]}: ${output}`);
  return output;
}

async function step(name: string, run: () => Promise<string>): Promise<void> {
  const startedAt = performance.now();
  const summary = await run();
  print(row(name, summary, performance.now() - startedAt));
}
