// Implements `npm start`: starts the database, builder, Worker, clock and demo, and stops them again (design §8a). The entry point is
// start.js.
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { findPython, type Python } from '../builder/server/python/python.ts';
import { removeWhole } from '../builder/server/removal/tree-remover.ts';
import { runDemo } from './demo.ts';
import { goExampleName, runGoDemo } from './go-demo.ts';
import { buildConsole } from './local/console-bundle.ts';
import { withLocalDatabase } from './local/database.ts';
import { ExampleRepository } from './local/example-repository.ts';
import { type RunningHeartbeat, startHeartbeat } from './local/heartbeat.ts';
import { migrate } from './local/migrate.ts';
import { prepareRuntime } from './local/miniflare.ts';
import { onNpmExit } from './local/npm-watch.ts';
import { ensureLocalOrganization, findRunningUrl, type Local, signInLink } from './local/organization.ts';
import { loopback, portProblem } from './local/ports.ts';
import { type LocalSecrets, localSecrets } from './local/secrets.ts';
import { readStartSettings, type StartSettings, shortPath, usage } from './local/settings.ts';
import { Shutdown } from './local/shutdown.ts';
import { supervise } from './local/supervise.ts';
import { duration, paint, prefixed, print, row } from './local/terminal.ts';
import { startWorker, waitUntilHealthy } from './local/worker.ts';
import { type WorkerBundle, workerBundle } from './local/worker-bundle.ts';

const healthyWaitMs = 30_000;
/** What a start stores in the state folder, and what earlier versions did. `--fresh` deletes these. */
const stateFiles = [
  'platform',
  'builder',
  'example.git',
  'local.json',
  'secrets.json',
  'wrangler',
  'database-only.json',
];

/** The environment before the runtime was prepared, which the builder inherits. */
const originalEnvironment = { ...process.env };
/** What the builder reports when it is ready. Defined before `main` runs. */
const readySchema = z.object({ sandbox: z.string(), cgroup: z.string() });
process.chdir(fileURLToPath(import.meta.resolve('..')));
if (process.argv.includes('--help')) print(usage);
else await main();

async function main(): Promise<void> {
  const settings = readStartSettings(process.argv.slice(2), process.env);
  if (typeof settings === 'string') return failStart(settings);
  const python = await findPython(process.env.PYTHON);
  if (typeof python === 'string') return failStart(python);
  const problem = (await portError(settings)) ?? (await stateError(settings));
  if (problem !== undefined) return failStart(problem);

  const shutdown = new Shutdown();
  onNpmExit(() => shutdown.stop(1));
  try {
    await start(settings, python, shutdown);
  } catch (error) {
    await shutdown.fail(error);
  }
}

function failStart(reason: string): void {
  process.stderr.write(`slipway: ${reason}\n`);
  process.exitCode = 1;
}

async function portError({ port, builderPort }: StartSettings): Promise<string | undefined> {
  const ports = { PORT: port, BUILDER_PORT: builderPort };
  for (const [name, number] of Object.entries(ports)) {
    const problem = await portProblem(number);
    if (problem === 'EADDRINUSE')
      return `port ${number} is in use. Set ${name} to another port, as in \`${name}=${number + 1} npm start\`.`;
    if (problem !== undefined) return `port ${number} is not available (${problem}). Set ${name} to another port.`;
  }
  return undefined;
}

async function stateError({ state }: StartSettings): Promise<string | undefined> {
  const url = await findRunningUrl(state);
  return (
    url && `another Slipway at ${url} is using this state folder. Stop it, or set SLIPWAY_STATE to another folder.`
  );
}

interface Run {
  settings: StartSettings;
  python: Python;
  secrets: LocalSecrets;
  url: string;
  builderUrl: string;
  /** The Git repository of the demo. */
  example: ExampleRepository | undefined;
  shutdown: Shutdown;
}

async function start(settings: StartSettings, python: Python, shutdown: Shutdown): Promise<void> {
  const startedAt = performance.now();
  const { state } = settings;
  if (settings.fresh) {
    for (const name of stateFiles) {
      const reason = await removeWhole(join(state, name));
      if (reason !== undefined) print(`Some of ${name} could not be removed (${reason}). Remove it by hand.`);
    }
  }
  await mkdir(state, { recursive: true });
  await prepareRuntime(state, python.executable);
  const run: Run = {
    settings,
    python,
    secrets: await localSecrets(state),
    url: `http://${loopback}:${settings.port}`,
    builderUrl: `http://${loopback}:${settings.builderPort}`,
    example: settings.demo === 'none' ? undefined : await openExample(state, shutdown),
    shutdown,
  };

  print(`${paint('bold', 'Slipway')} using the state folder ${shortPath(state, process.cwd())}\n`);
  const bundle = workerBundle();
  const [{ local, organizationId }] = await Promise.all([openDatabase(run, bundle), openBuilder(run), openConsole()]);
  await openWorker(run, await bundle, organizationId);
  print(`\nReady in ${duration(performance.now() - startedAt)}. Press Ctrl-C to stop everything.\n`);
  print(`Open the console, which this link signs in to once, within ten minutes:\n${await signInLink(local)}\n`);
  if (run.example) await runDemos(run, run.example, local);
  else print(row('API', local.url));
}

async function openExample(state: string, shutdown: Shutdown): Promise<ExampleRepository> {
  const example = await ExampleRepository.listen(join(state, 'example.git'), goExampleName);
  shutdown.add(() => example.close());
  return example;
}

/** Returns when the first demo has ended. The one of a Go plugin takes longer, and runs in the background. */
async function runDemos({ settings, shutdown }: Run, example: ExampleRepository, local: Local): Promise<void> {
  await runDemo(local, settings.demo);
  const stop = new AbortController();
  shutdown.add(() => stop.abort());
  void runGoDemo(local, example, stop.signal);
}

function openDatabase({ settings: { state }, secrets, url, builderUrl }: Run, bundle: Promise<WorkerBundle>) {
  return timed('database', async () =>
    withLocalDatabase({ state, bundle: await bundle }, async (db) => {
      const applied = await migrate(db, 'migrations');
      const result = await ensureLocalOrganization(db, state, {
        url,
        admin_token: secrets.admin_token,
        builder_url: builderUrl,
      });
      return {
        result,
        summary: `${applied === 0 ? 'up to date' : `${applied} new migration${applied === 1 ? '' : 's'}`}, namespace ${result.local.namespace_id}`,
      };
    }),
  );
}

/** Built before the Worker starts, which lists its static files then. */
function openConsole(): Promise<void> {
  return timed('console', async () => {
    const isNew = await buildConsole();
    return { result: undefined, summary: isNew ? 'built' : 'up to date' };
  });
}

function openBuilder({ settings, python, secrets, builderUrl, example, shutdown }: Run): Promise<void> {
  return timed('builder', async () => {
    const env = {
      ...originalEnvironment,
      BUILDER_PORT: String(settings.builderPort),
      BUILDER_TOKEN: secrets.builder_token,
      BUILDER_STATE: join(settings.state, 'builder'),
      BUILDER_OWN_PORTS: String(settings.port),
      ...(example ? { BUILDER_EXAMPLE_REPOSITORY: example.url } : {}),
      // Without it, removing the types from its sources is most of the time that it takes to start.
      NODE_COMPILE_CACHE: resolve('node_modules/.cache/slipway/compiled'),
    };
    const builder = await supervise({
      name: 'builder',
      file: 'builder/server/main.ts',
      env,
      onLine: linePrinter('builder'),
    });
    shutdown.add(() => builder.stop());
    const { sandbox, cgroup } = readySchema.parse(builder.ready);
    return {
      result: undefined,
      summary: `${builderUrl} with Python ${python.version}, sandbox ${sandbox}, cgroup ${cgroup}`,
    };
  });
}

function openWorker(
  { settings, secrets, url, builderUrl, shutdown }: Run,
  bundle: WorkerBundle,
  organization: string,
): Promise<void> {
  const onLine = linePrinter('worker');
  const launch = () =>
    startWorker({
      ...settings,
      bundle,
      builderUrl,
      secrets,
      grantingOrganization: organization,
      anonymousOrganization: settings.anonymous ? organization : undefined,
      onLine,
      onRestart: () => heartbeat?.restarted(),
    });
  let heartbeat: RunningHeartbeat | undefined;
  return timed('worker', async () => {
    let worker = await launch();
    shutdown.add(() => worker.dispose());
    shutdown.installSignalHandlers();
    await waitUntilHealthy(url, healthyWaitMs);
    const restart = async () => {
      onLine('restarting');
      await worker.dispose();
      worker = await launch();
      shutdown.installSignalHandlers();
    };
    heartbeat = startHeartbeat({ url, onLine, tick: () => worker.tick(), restart });
    shutdown.add(heartbeat.stop);
    return { result: undefined, summary: url };
  });
}

async function timed<Result>(name: string, step: () => Promise<{ result: Result; summary: string }>): Promise<Result> {
  const startedAt = performance.now();
  const { result, summary } = await step();
  print(row(name, summary, performance.now() - startedAt));
  return result;
}

function linePrinter(name: string): (line: string) => void {
  return (line) => print(prefixed(name, line));
}
