// Runs the builder: reads the environment, finds Python and a sandbox, and serves until it is signalled to stop or its parent
// exits.
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

/** How long calls in progress may finish when the builder stops. */
const stopGraceMs = 1500;
/** The builder exits after this time, even if an instance has not stopped. */
const stopMs = 5000;
const idleCheckMs = 30_000;
/** Longer than any client keeps an idle connection open. If the server closed it first, a call sent at that moment would fail. */
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

  // The users that workers run as may pass through to their own folders, but can't list this one.
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
  for (const reason of missingCapabilities(capabilities)) write(`Go plugins are disabled. ${reason}`);
  const server = serve({ fetch: app.fetch, port: settings.port, hostname: settings.host }, ({ port }) => {
    const user = sandbox.ownUser ? ', each worker as its own user' : '';
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
    await instances.stopAll(stopGraceMs);
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // No client is left. The workers end when their standard input closes.
  onParentExit(() => process.exit(0));
}

const settings = readSettings(process.env);
// Keeps the token out of the environment that child processes could inherit.
delete process.env.BUILDER_TOKEN;
if (typeof settings === 'string') fail(settings);
await run(settings);
