// `npm start`: database, builder, Worker, clock, demo, and the way back (design §8a). start.js is its entry.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPython, type Python } from '../builder/server/python/python.ts';
import { runDemo } from './demo.ts';
import { withLocalDatabase } from './local/database.ts';
import { startHeartbeat } from './local/heartbeat.ts';
import { migrate } from './local/migrate.ts';
import { onNpmGone } from './local/npm-watch.ts';
import { ensureLocalOrganization, runningOn } from './local/organization.ts';
import { loopback, portProblem } from './local/ports.ts';
import { type LocalSecrets, localSecrets } from './local/secrets.ts';
import { readStartSettings, type StartSettings, shortPath, usage } from './local/settings.ts';
import { Shutdown } from './local/shutdown.ts';
import { supervise } from './local/supervise.ts';
import { duration, paint, prefixed, print, row } from './local/terminal.ts';
import { healthy, prepareWrangler, startWorker } from './local/worker.ts';

const healthyWaitMs = 30_000;
/** What a start keeps in the state folder, and `--fresh` deletes. */
const kept = ['platform', 'builder', 'wrangler', 'local.json', 'secrets.json', 'database-only.json'];

/** As it was before wrangler was prepared: what the builder gets. */
const inherited = { ...process.env };
process.chdir(fileURLToPath(import.meta.resolve('..')));
if (process.argv.includes('--help')) print(usage);
else await main();

async function main(): Promise<void> {
  const settings = readStartSettings(process.argv.slice(2), process.env);
  if (typeof settings === 'string') return refuse(settings);
  const python = await findPython(process.env.PYTHON);
  if (typeof python === 'string') return refuse(python);
  const inTheWay = (await portRefusal(settings)) ?? (await stateRefusal(settings));
  if (inTheWay !== undefined) return refuse(inTheWay);

  const shutdown = new Shutdown();
  onNpmGone(() => shutdown.stop(1));
  try {
    await start(settings, python, shutdown);
  } catch (error) {
    await shutdown.fail(error);
  }
}

function refuse(reason: string): void {
  process.stderr.write(`slipway: ${reason}\n`);
  process.exitCode = 1;
}

async function portRefusal({ port, builderPort }: StartSettings): Promise<string | undefined> {
  const wanted = { PORT: port, BUILDER_PORT: builderPort };
  for (const [name, number] of Object.entries(wanted)) {
    const problem = await portProblem(number);
    if (problem === 'EADDRINUSE')
      return `port ${number} is taken; set ${name} to another one, as in \`${name}=${number + 1} npm start\``;
    if (problem !== undefined) return `port ${number} cannot be used (${problem}); set ${name} to another one`;
  }
  return undefined;
}

async function stateRefusal({ state }: StartSettings): Promise<string | undefined> {
  const url = await runningOn(state);
  return url && `a Slipway on ${url} runs on this state already; stop it, or set SLIPWAY_STATE to another folder`;
}

interface Run {
  settings: StartSettings;
  python: Python;
  secrets: LocalSecrets;
  url: string;
  builderUrl: string;
  shutdown: Shutdown;
}

async function start(settings: StartSettings, python: Python, shutdown: Shutdown): Promise<void> {
  const startedAt = performance.now();
  const { state } = settings;
  if (settings.fresh) await Promise.all(kept.map((name) => rm(join(state, name), { recursive: true, force: true })));
  await mkdir(state, { recursive: true });
  prepareWrangler(state, python.executable);
  const run: Run = {
    settings,
    python,
    secrets: await localSecrets(state),
    url: `http://${loopback}:${settings.port}`,
    builderUrl: `http://${loopback}:${settings.builderPort}`,
    shutdown,
  };

  print(`${paint('bold', 'Slipway')} with its state in ${shortPath(state, process.cwd())}\n`);
  const [{ local, organizationId }] = await Promise.all([openDatabase(run), openBuilder(run)]);
  await openWorker(run, settings.anonymous ? organizationId : undefined);
  print(`\nReady in ${duration(performance.now() - startedAt)}; Ctrl-C stops everything.\n`);
  if (settings.demo) await runDemo(local);
  else print(row('API', local.url));
}

function openDatabase({ settings: { state }, secrets, url, builderUrl }: Run) {
  return timed('database', () =>
    withLocalDatabase(state, async (db) => {
      const applied = await migrate(db, 'migrations');
      const result = await ensureLocalOrganization(db, state, {
        url,
        admin_token: secrets.admin_token,
        builder_url: builderUrl,
      });
      return {
        result,
        said: `${applied === 0 ? 'up to date' : `${applied} new migration${applied === 1 ? '' : 's'}`}, namespace ${result.local.namespace_id}`,
      };
    }),
  );
}

function openBuilder({ settings, python, secrets, builderUrl, shutdown }: Run): Promise<void> {
  return timed('builder', async () => {
    const env = {
      ...inherited,
      BUILDER_PORT: String(settings.builderPort),
      BUILDER_TOKEN: secrets.builder_token,
      BUILDER_STATE: join(settings.state, 'builder'),
    };
    const builder = await supervise({ name: 'builder', file: 'builder/server/main.ts', env, onLine: says('builder') });
    shutdown.add(() => builder.stop());
    return { result: undefined, said: `${builderUrl} with Python ${python.version}` };
  });
}

function openWorker(
  { settings, secrets, url, builderUrl, shutdown }: Run,
  anonymousOrganization: string | undefined,
): Promise<void> {
  const onLine = says('worker');
  const builder = { url: builderUrl };
  const startOne = () => startWorker({ ...settings, builder, secrets, anonymousOrganization, onLine });
  return timed('worker', async () => {
    let worker = await startOne();
    shutdown.add(() => worker.dispose());
    shutdown.takeSignals();
    await healthy(url, healthyWaitMs);
    const revive = async () => {
      onLine('starting it again');
      await worker.dispose();
      worker = await startOne();
      shutdown.takeSignals();
    };
    shutdown.add(startHeartbeat({ url, onLine, revive }));
    return { result: undefined, said: url };
  });
}

async function timed<Result>(name: string, step: () => Promise<{ result: Result; said: string }>): Promise<Result> {
  const startedAt = performance.now();
  const { result, said } = await step();
  print(row(name, said, performance.now() - startedAt));
  return result;
}

function says(name: string): (line: string) => void {
  return (line) => print(prefixed(name, line));
}
