// Runs the Worker in wrangler with the instances' containers.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ExtractorClient } from '../demo/extractor-client.ts';
import { ensureLocalOrganization, migrate, withLocalDatabase } from '../local/database.ts';
import { startHeartbeat, waitUntilHealthy } from '../local/heartbeat.ts';
import type { Local } from '../local/organization.ts';
import { localSecrets } from '../local/secrets.ts';
import { workerBundle } from '../local/worker-bundle.ts';
import { freePorts, loopback } from '../machine/ports.ts';
import type { Images } from './images.ts';
import { startWranglerWorker, wranglerEnvironment } from './wrangler-worker.ts';

const root = fileURLToPath(import.meta.resolve('../..'));
/** Allows for bundling the Worker first, on a machine that may be busy. */
const healthyWaitMs = 5 * 60_000;
export const buildId = 'test';
/** The class for instances that declare no memory, and wrangler's name for its image. */
const className = 'InstanceBasic';
export const image = `cloudflare-dev/${className.toLowerCase()}:${buildId}`;
/** Containers go to sleep quickly, so that tests can wait for it. */
const idleSeconds = 15;

export interface ContainerWorker {
  client: ExtractorClient;
  local: Local;
  /** Functions to run in reverse order. */
  cleanups: (() => unknown)[];
}

/** Adds to `cleanups` while starting, so that a failed start is cleaned up too. */
export async function startContainerWorker(
  state: string,
  images: Images,
  cleanups: ContainerWorker['cleanups'],
  onLine: (line: string) => void,
): Promise<ContainerWorker> {
  Object.assign(process.env, wranglerEnvironment(state), images.env);
  const [port = 0] = await freePorts(1);
  const url = `http://${loopback}:${port}`;
  const secrets = await localSecrets(state);
  const { local } = await withLocalDatabase({ state, bundle: await workerBundle() }, async (db) => {
    await migrate(db, 'migrations');
    return ensureLocalOrganization(db, state, { url, admin_token: secrets.admin_token, builder_url: '' });
  });
  const worker = await startWranglerWorker({
    port,
    state,
    config: await writeConfig(state, images),
    vars: { CONTAINER_IDLE_SECONDS: String(idleSeconds) },
    buildId,
    secrets,
    onLine,
  });
  cleanups.push(() => worker.dispose());
  await waitUntilHealthy(url, healthyWaitMs);
  const restart = () => onLine('the Worker does not respond');
  cleanups.push(startHeartbeat({ url, onLine, tick: worker.tick, restart }).stop);
  return { client: new ExtractorClient(local), local, cleanups };
}

/** Writes a wrangler.toml with only one container class, because each class is an image to build, on the available bases. */
async function writeConfig(state: string, { args }: Images): Promise<string> {
  const original = await readFile(join(root, 'wrangler.toml'), 'utf8');
  const [development = ''] = original.split('\n[env.production]');
  const absolute = development
    .split(/\n(?=\[)/)
    .filter((table) => !table.startsWith('[[containers]]'))
    .join('\n')
    .replace('"src/worker.ts"', JSON.stringify(join(root, 'src/worker.ts')))
    .replace('directory = "public"', `directory = ${JSON.stringify(join(root, 'public'))}`);
  const container = [
    '[[containers]]',
    `class_name = "${className}"`,
    `image = ${JSON.stringify(join(root, 'builder/Dockerfile'))}`,
    `image_build_context = ${JSON.stringify(root)}`,
    `image_vars = { ${Object.entries(args)
      .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
      .join(', ')} }`,
  ];
  const path = join(state, 'wrangler.toml');
  await writeFile(path, `${absolute}\n${container.join('\n')}\n`);
  return path;
}
