// Implements `npm start`: prepares the database and the Worker, runs builder, Worker and clock, shows the demo, and finally stops them
// all (design §8a). One-off work runs in a temporary process, and Miniflare in a replaceable one (decision 131). The entry point is
// start.cjs.
import { constants, existsSync } from 'node:fs';
import { access, mkdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { lockState } from '../builder/server/core/state-lock.ts';
import { findPython, type Python } from '../builder/server/programs/python.ts';
import { removeWhole } from '../builder/server/removal/tree-remover.ts';
import { type MachineReport, machineReportSchema } from '../src/contract/builder/machine/health.ts';
import { formatDuration } from '../src/core/quantities.ts';
import type { ExampleRepository } from './demo/example-repository.ts';
import { type Clock, tickClock } from './local/clock.ts';
import { diskWatch, failureText, fullCheckoutProblem, fullDiskProblem } from './local/full-disk.ts';
import { gpuShortfalls, lentGpus } from './local/gpus.ts';
import { startHeartbeat, waitUntilHealthy } from './local/heartbeat.ts';
import { platformFolder } from './local/miniflare.ts';
import { type Local, localFile, localSchema, readLocal, signInLink } from './local/organization.ts';
import { type LocalSecrets, localSecrets, secretsError } from './local/secrets.ts';
import { localUrls, readStartSettings, type StartSettings, shortPath, usage } from './local/settings.ts';
import { onNpmExit, Shutdown } from './local/shutdown.ts';
import { standbyFile, stateFormatFile, takeoverFile, writeStateFormat } from './local/state-folder.ts';
import { stateProblem } from './local/state-schema.ts';
import { startStep } from './local/step-process.ts';
import { supervise } from './local/supervise.ts';
import { askWorkInProgress } from './local/work-in-progress.ts';
import { bundleFolder } from './local/worker-bundle.ts';
import { reachLoopbackDirectly } from './machine/loopback-proxy.ts';
import { portProblem } from './machine/ports.ts';
import { readPrivateJson } from './machine/private-file.ts';
import { paint, prefixed, print, row, timed } from './machine/terminal.ts';
import type { LocalRay } from './ray/with-slipway.ts';

const healthyWaitMs = 2 * 60_000;
/**
 * Files that a start stores in the state folder. `--fresh` deletes the format first: if it is killed, the next start rejects the
 * remaining files.
 */
const stateFiles = [stateFormatFile, 'platform', 'builder', 'example.git', 'local.json', 'secrets.json', 'ray.json'];

const forNewState =
  'Nothing was changed. To start with new state, move the folder away or set SLIPWAY_STATE to another one; `npm start -- --fresh` deletes the old state.';

/** A Worker that isn't listening after this time counts as hanging. */
const listenMs = 60_000;
/** Ready messages from the builder and the Worker. Defined before `main` runs. */
const workerSchema = z.object({ clockUrl: z.string() });
process.chdir(fileURLToPath(import.meta.resolve('..')));

/** Resolves when everything is running, or when the start has failed. */
export async function main(): Promise<void> {
  if (process.argv.some((argument) => argument === '--help' || argument === '-h')) return print(usage);
  reachLoopbackDirectly();
  const settings = readStartSettings(process.argv.slice(2), process.env);
  if (typeof settings === 'string') return failStart(settings);
  const python = await findPython(process.env.PYTHON);
  if (typeof python === 'string') return failStart(python);
  const problem = (await checkoutError()) ?? (await stateError(settings)) ?? (await portError(settings));
  if (problem !== undefined) return failStart(problem);

  const shutdown = new Shutdown((error) => startProblem(settings.state, error));
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

async function portError({ port, builderPort, builder }: StartSettings): Promise<string | undefined> {
  const ports = { PORT: port, ...(builder === undefined ? { BUILDER_PORT: builderPort } : {}) };
  for (const [name, number] of Object.entries(ports)) {
    const problem = await portProblem(number);
    if (problem === 'EADDRINUSE')
      return `port ${number} is in use. Set ${name} to another port, as in \`${name}=${number + 1} npm start\`.`;
    if (problem !== undefined) return `port ${number} is not available (${problem}). Set ${name} to another port.`;
  }
  return undefined;
}

/** The first start builds the console and the Worker in the checkout. Later ones only read it. */
async function checkoutError(): Promise<string | undefined> {
  if (existsSync('public/console') && existsSync(bundleFolder)) return undefined;
  try {
    await access('node_modules', constants.W_OK);
    return await fullCheckoutProblem();
  } catch (error) {
    return closedCheckout(codeOf(error));
  }
}

function closedCheckout(code: string): string {
  return `${process.cwd()} can't be written (${code}), and the first start after a change builds the console and the Worker there. Start Slipway once where the folder can be written, or copy it to a folder of your own.`;
}

/** Returns the disk's problem that made a start fail, in place of the bundler's or the database's error, or else that error. */
async function startProblem(state: string, error: unknown): Promise<string> {
  const text = await failureText(state, error);
  return /EROFS|read-only file system/i.test(text) ? closedCheckout('EROFS') : text;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

async function stateError({ state, fresh }: StartSettings): Promise<string | undefined> {
  const problem = fresh ? undefined : ((await stateProblem(state)) ?? (await secretsError(state)));
  if (problem !== undefined) return `${problem} ${forNewState}`;
  try {
    await mkdir(state, { recursive: true });
    await access(state, constants.W_OK);
    const full = fresh ? undefined : await fullDiskProblem(state);
    if (full !== undefined) return full;
  } catch (error) {
    return `the state folder ${state} can't be written (${codeOf(error)}). Set SLIPWAY_STATE to a folder that you can write.`;
  }
  if (lockState(state)) return undefined;
  const { url = 'an address that is not written yet' } = (await readPrivateJson(localFile(state), localSchema)) ?? {};
  return `another Slipway at ${url} is using this state folder. Stop it, or set SLIPWAY_STATE to another folder.`;
}

interface Run {
  settings: StartSettings;
  /** The environment for processes that run Miniflare. */
  env: NodeJS.ProcessEnv;
  python: Python;
  secrets: LocalSecrets;
  /** The demo's Git repository. */
  example: ExampleRepository | undefined;
  shutdown: Shutdown;
}

async function start(settings: StartSettings, python: Python, shutdown: Shutdown): Promise<void> {
  const startedAt = performance.now();
  const { state } = settings;
  if (settings.fresh) {
    for (const name of [...stateFiles, standbyFile, takeoverFile]) {
      const path = join(state, name);
      // The builder's folder may be a link to where it moved.
      const target = await realpath(path).catch(() => path);
      const reason = (await removeWhole(target)) ?? (await removeWhole(path));
      if (reason !== undefined) print(`Some files of ${name} could not be removed (${reason}). Remove them manually.`);
    }
  }
  await writeStateFormat(state);
  const run: Run = {
    settings,
    env: { ...process.env, TMPDIR: await emptyTemporaryFolder(state) },
    python,
    secrets: await localSecrets(state),
    example: settings.demo === 'none' ? undefined : await openExample(state, shutdown),
    shutdown,
  };

  print(`${paint('bold', 'Slipway')} using the state folder ${shortPath(state, process.cwd())}\n`);
  const preparing = Promise.all([
    prepareWorker(run),
    settings.ray ? openRay(run) : undefined,
    settings.builder === undefined ? openBuilder(run) : undefined,
  ]);
  await openWorker(
    run,
    preparing.then(([prepared]) => prepared),
  );
  const [, ray, machine] = await preparing;
  const local = await readLocal(state);
  if (ray) await connectRay(local, ray);
  if (machine) printMachine(machine);
  print(`\nReady in ${formatDuration(performance.now() - startedAt)}. Press Ctrl-C to stop everything.\n`);
  print(`Open the console. This link signs you in once, within ten minutes:\n${await consoleLink(settings)}\n`);
  if (settings.publicUrl !== undefined) print(row('public', settings.publicUrl));
  if (run.example) runDemos(run.example, run);
  else print(row('API', local.url));
}

/** `slipway doctor` shows them again. */
function printMachine(machine: MachineReport): void {
  const lent = lentGpus(machine);
  if (lent.length > 0) print(`\n${row('GPUs', `${lent.join(', ')}, lent to plugins`)}`);
  const shortfalls = [...machine.shortfalls, ...gpuShortfalls(machine)];
  if (shortfalls.length > 0) print("\nWhat this machine can't do:");
  for (const { effect, reason } of shortfalls) print(`\n  ${paint('bold', effect)}\n  ${reason}`);
}

/** Uses the public URL if there is one, because a browser may not reach this machine or container otherwise. */
async function consoleLink({ state, publicUrl, consoleUrl }: StartSettings): Promise<string> {
  const local = await readLocal(state);
  const link = await signInLink(local);
  return link.replace(local.url, publicUrl ?? consoleUrl ?? local.url);
}

/** Removes temporary files left by a start that was killed. */
async function emptyTemporaryFolder(state: string): Promise<string> {
  const folder = join(platformFolder(state), 'tmp');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Loads the demo's code only if it is needed. */
async function openExample(state: string, shutdown: Shutdown): Promise<ExampleRepository> {
  const { ExampleRepository, goExampleName } = await import('./demo/example-repository.ts');
  const example = await ExampleRepository.listen(join(state, 'example.git'), goExampleName);
  shutdown.add(() => example.close());
  return example;
}

/** Runs one step after the other, so that the first start fits into 1 GB. */
async function prepareWorker(run: Run): Promise<object> {
  await runToEnd('scripts/local/open-console.ts', run);
  await runToEnd('scripts/local/open-bundle.ts', run);
  return z.looseObject({}).parse(await runToEnd('scripts/local/open-database.ts', run));
}

/** Waits for a step, which frees its memory when it ends. */
async function runToEnd(file: string, { env, shutdown }: Run): Promise<unknown> {
  const step = startStep(file, env);
  shutdown.add(step.stop);
  return step.ended;
}

/** Runs the demos in the background. */
function runDemos(example: ExampleRepository, { settings: { state }, shutdown }: Run): void {
  const step = startStep('scripts/demo/publish.ts', { ...process.env, BUILDER_EXAMPLE_REPOSITORY: example.url });
  shutdown.add(step.stop);
  step.ended.catch(async (error: Error) => {
    print(paint('red', `\nThe demo failed: ${await failureText(state, error)}\n`));
  });
}

/** Returns what plugins can do on this machine. */
function openBuilder({ settings, python, secrets, example, shutdown }: Run): Promise<MachineReport> {
  return timed('builder', async () => {
    const env = {
      ...process.env,
      BUILDER_PORT: String(settings.builderPort),
      BUILDER_TOKEN: secrets.builder_token,
      BUILDER_STATE: join(settings.state, 'builder'),
      SLIPWAY_ALLOW_LOOPBACK: settings.allowLoopback ? '1' : '0',
      BUILDER_OWN_PORTS: String(settings.port),
      // The store is on the same disk, so packages need not be stored twice.
      BUILDER_PACKAGES: process.env.BUILDER_PACKAGES ?? 'kept',
      ...(example ? { BUILDER_EXAMPLE_REPOSITORY: example.url } : {}),
    };
    let report: MachineReport | undefined;
    const builder = await supervise({
      name: 'builder',
      file: 'builder/server/main.ts',
      env,
      onLine: linePrinter('builder'),
      onReady: (message) => {
        report = machineReportSchema.parse(message);
      },
    });
    shutdown.add(builder.stop);
    if (report === undefined) throw new Error('The builder is ready and has not said what this machine can do.');
    return {
      result: report,
      summary: `${localUrls(settings).builder_url}, Python ${python.version}, sandbox ${report.sandbox}`,
    };
  });
}

/** Loads Ray's code only for `--ray`. */
async function openRay({ settings, python, shutdown }: Run): Promise<LocalRay> {
  const { startLocalRay } = await import('./ray/with-slipway.ts');
  const ray = await startLocalRay(settings.state, python, linePrinter('Ray'));
  shutdown.add(() => ray.head.stop());
  return ray;
}

/** Ray's dashboard may take up to a minute to respond after the head starts. */
function connectRay(local: Local, ray: LocalRay): Promise<void> {
  return timed('Ray', async () => {
    const { connectLocalRay } = await import('./ray/with-slipway.ts');
    const head = await ray.head.ready();
    const state = await connectLocalRay(local, { ...ray, head });
    return { result: undefined, summary: `${state} at ${head.dashboardUrl}` };
  });
}

/** Meanwhile, the process loads Miniflare. It starts the Worker when the bundle and the database are ready. */
async function openWorker({ settings, secrets, env, shutdown }: Run, prepared: Promise<object>): Promise<void> {
  const onLine = linePrinter('worker');
  const { url } = localUrls(settings);
  const clock: Clock = { url: '', adminToken: secrets.admin_token, pid: undefined };
  const supervising = supervise({
    name: 'worker',
    file: 'scripts/local/worker-process.ts',
    args: process.argv.slice(2),
    // Loading Miniflare leaves 100 MiB of garbage. With these, V8 and glibc return it.
    nodeArgs: ['--max-semi-space-size=1'],
    env: { ...env, MALLOC_MMAP_THRESHOLD_: '131072' },
    input: prepared,
    readyMs: listenMs,
    stopSignal: 'SIGKILL',
    onLine,
    beforeEnd: async (child, how) => {
      const works = await askWorkInProgress(child, how);
      if (how === 'hung') onLine(`the Worker does not respond. ${formatWorks(works)}`);
    },
    onReady: (message, pid) => Object.assign(clock, { url: workerSchema.parse(message).clockUrl, pid }),
  });
  await prepared;
  await timed('worker', async () => {
    const worker = await supervising;
    shutdown.add(worker.stop);
    await waitUntilHealthy(url, healthyWaitMs);
    const watchDisk = diskWatch(settings.state, onLine);
    const heartbeat = startHeartbeat({
      url,
      onLine,
      tick: async () => {
        await watchDisk();
        return tickClock(clock);
      },
      restart: worker.replace,
    });
    shutdown.add(heartbeat.stop);
    return { result: undefined, summary: url };
  });
}

const shownWorks = 10;

/** Names what the Worker was working on when it hung, so that an operator finds the organization and the plugin. */
function formatWorks(works: string[]): string {
  if (works.length === 0) return 'It had no work.';
  const more = works.length > shownWorks ? `, and ${works.length - shownWorks} more` : '';
  return `It was working on: ${works.slice(0, shownWorks).join(', ')}${more}.`;
}

function linePrinter(name: string): (line: string) => void {
  return (line) => print(prefixed(name, line));
}
