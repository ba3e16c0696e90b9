// Runs Slipway with the Worker whose bindings are far away, on an empty state folder and free ports.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLocalDatabase } from '../../scripts/local/database.ts';
import { ensureLocalOrganization } from '../../scripts/local/ensure-organization.ts';
import { migrate } from '../../scripts/local/migrate.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { freePorts } from '../../scripts/local/ports.ts';
import { prepareRuntime } from '../../scripts/local/runtime/runtime-folder.ts';
import { bundleModule, workerBundle } from '../../scripts/local/runtime/worker-bundle.ts';
import { startWorkerd } from '../../scripts/local/runtime/workerd.ts';
import { localSecrets } from '../../scripts/local/secrets.ts';
import { nodeService, supervise } from '../../scripts/local/supervise.ts';
import { writeBenchConfig } from '../worker-config.ts';

const printError = (line: string) => void process.stderr.write(`${line}\n`);

interface Options {
  allowLoopback?: boolean;
  /** Starts what stands between the Worker and the builder on this port, and returns its own port. */
  proxy?: (builderPort: number) => Promise<number>;
}

/** Runs the work, and removes the state. The current folder must be the project's. */
export async function withFarAwayServer(
  work: (local: Local) => Promise<void>,
  { allowLoopback = false, proxy = async (builderPort) => builderPort }: Options = {},
): Promise<void> {
  const state = await mkdtemp(join(tmpdir(), 'slipway-distance-'));
  const [port = 0, builderPort = 0] = await freePorts(2);
  const stops: (() => Promise<void>)[] = [];
  try {
    await mkdir(state, { recursive: true });
    await prepareRuntime(state, 'python3');
    const bundle = await workerBundle();
    const secrets = await localSecrets(state);
    const builderUrl = `http://127.0.0.1:${await proxy(builderPort)}`;
    const reach = { url: `http://127.0.0.1:${port}`, admin_token: secrets.admin_token, builder_url: builderUrl };
    const prepare = () =>
      withLocalDatabase({ state, bundle }, async (db) => {
        await migrate(db, 'migrations');
        return ensureLocalOrganization(db, state, reach);
      });
    // A busy machine lets Miniflare lose its connection meanwhile. Both steps can be repeated.
    const { local } = await prepare().catch(prepare).catch(prepare);
    const env = {
      ...process.env,
      BUILDER_PORT: String(builderPort),
      BUILDER_TOKEN: secrets.builder_token,
      SLIPWAY_ALLOW_LOOPBACK: allowLoopback ? '1' : '0',
      BUILDER_STATE: join(state, 'builder'),
    };
    const builder = await supervise(
      nodeService({ name: 'builder', file: 'builder/server/main.ts', env, onLine: printError }),
    );
    stops.push(builder.stop);
    const { code, wasm } = await bundleModule('bench/distance/worker.ts');
    await writeBenchConfig({
      bundle: { ...bundle, worker: code, wasm },
      port,
      state,
      builderUrl,
      secrets,
      allowLoopback,
    });
    const worker = await startWorkerd({
      state,
      adminToken: secrets.admin_token,
      verbose: false,
      onLine: printError,
      onRestart: () => {},
    });
    stops.push(worker.dispose);
    await work(local);
  } finally {
    for (const stop of stops.reverse()) await stop();
    await rm(state, { recursive: true, force: true });
  }
}
