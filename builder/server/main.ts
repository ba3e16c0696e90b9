// The builder process: reads its environment, finds Python and a sandbox, serves until it is told to stop or its parent is gone.
import { mkdir } from 'node:fs/promises';
import { Server } from 'node:http';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { jsonLog } from '../../src/core/log.ts';
import { Blobs } from './blobs/blobs.ts';
import { detectGoCapabilities, missingCapabilities } from './capabilities.ts';
import { createApp } from './http/app.ts';
import { DataFolders } from './instances/data-folders.ts';
import { Instances } from './instances/instances.ts';
import { provision } from './instances/provision.ts';
import { onParentExit } from './processes/parent-watch.ts';
import { findPython } from './python/python.ts';
import { chooseSandbox } from './sandbox/choose-sandbox.ts';
import { Homes } from './sandbox/homes.ts';
import { readSettings, type Settings } from './settings.ts';

/** Calls under way get this long when the builder is told to stop, and then nothing is waited for any more. */
const stopDrainMs = 1500;
const stopMs = 5000;
const idleCheckMs = 30_000;
/** Longer than any client keeps an idle connection: one that the server closes just then is a failed call. */
const keepAliveMs = 10 * 60 * 1000;

function fail(reason: string): never {
  process.stderr.write(`builder: ${reason}\n`);
  process.exit(1);
}

async function run(settings: Settings): Promise<void> {
  const write = (line: string) => process.stderr.write(`${line}\n`);
  const log = jsonLog({ info: write, warn: write, error: write }, { part: 'builder' });
  const python = await findPython(settings.python);
  if (typeof python === 'string') fail(python);

  // Passable for the users that workers run as, readable for nobody else.
  await mkdir(settings.stateFolder, { recursive: true, mode: 0o711 });
  const blobs = new Blobs(join(settings.stateFolder, 'blobs'));
  const homes = new Homes(join(settings.stateFolder, 'instances'));
  await blobs.open();
  await homes.clear();
  const sandbox = await chooseSandbox(settings.sandbox, python, homes, settings.limits);
  if (typeof sandbox === 'string') fail(sandbox);
  const data = new DataFolders(join(settings.stateFolder, 'data'), sandbox.ownUser);
  await data.open();

  const { limits } = settings;
  const machine = { python, sandbox, limits, homes, blobs, data };
  const instances = new Instances(
    limits,
    (id, spec) => provision(machine, id, spec),
    (sha256) => blobs.has(sha256),
    Date.now,
  );
  const idleCheck = () => instances.stopIdle().catch((cause) => log.error('idle.stop_failed', { cause }));
  setInterval(idleCheck, Math.min(idleCheckMs, limits.idleMs)).unref();
  const capabilities = await detectGoCapabilities(settings, machine, log);
  const app = createApp({
    token: settings.token,
    pythonVersion: python.version,
    limits,
    blobs,
    instances,
    capabilities,
    data,
    log,
  });
  for (const reason of missingCapabilities(capabilities)) write(`Go plugins are off: ${reason}`);
  const server = serve({ fetch: app.fetch, port: settings.port, hostname: settings.host }, ({ port }) => {
    const user = sandbox.ownUser ? ', each worker as a user of its own' : '';
    process.stdout.write(
      `builder ready on http://${settings.host}:${port} (Python ${python.version}, sandbox ${sandbox.kind}${user})\n`,
    );
    process.send?.({ type: 'ready', port, sandbox: sandbox.kind });
  });
  if (server instanceof Server) server.keepAliveTimeout = keepAliveMs;
  server.on('error', (error) => fail(error.message));

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(0), stopMs);
    server.close();
    await instances.stopAll(stopDrainMs);
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Nobody is left to answer: the workers end as their standard input closes.
  onParentExit(() => process.exit(0));
}

const settings = readSettings(process.env);
// Not for anyone who looks at this process's environment later.
delete process.env.BUILDER_TOKEN;
if (typeof settings === 'string') fail(settings);
await run(settings);
