// Runs the builder: reads the environment, finds Python and a sandbox, and serves until it is signaled or its parent exits.
import { statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { confinementFile, type SandboxKind } from '../../src/contract/builder/instances.ts';
import type { MachineReport, Usage } from '../../src/contract/builder/machine/health.ts';
import { jsonLog, type Log } from '../../src/core/log.ts';
import { Blobs } from './blobs/blobs.ts';
import { detectGoCapabilities, type GoCapabilities } from './capabilities/capabilities.ts';
import { listShortfalls } from './capabilities/shortfalls.ts';
import { type Limits, readSettings, type Settings } from './core/settings.ts';
import { lockState } from './core/state-lock.ts';
import { resolverBy } from './egress/addresses.ts';
import { Egress, internet } from './egress/egress.ts';
import { openEnvironments } from './environments/open-environments.ts';
import { createListener } from './http/app.ts';
import { SpanExporter } from './http/span-exporter.ts';
import { DataFolders } from './instances/data-folders.ts';
import { InstanceLogs } from './instances/instance-logs.ts';
import { Instances } from './instances/instances.ts';
import { type Machine, missingBlobs, provision } from './instances/provision.ts';
import { findWorkerd } from './isolates/isolate-process.ts';
import { ModelCache } from './models/model-cache.ts';
import { chooseSandbox } from './probe/choose-sandbox.ts';
import { openGpus } from './probe/open-gpus.ts';
import { forgetVariable } from './processes/forget-variable.ts';
import { onParentExit } from './processes/parent-watch.ts';
import { findPython } from './programs/python.ts';
import { SpareWorkers } from './python/spare-workers.ts';
import { Removals } from './removal/removals.ts';
import { openCgroups } from './sandbox/cgroups.ts';
import { diskLimitsIn, openMounts } from './sandbox/disk-mounts.ts';
import { Homes } from './sandbox/homes.ts';
import { openFolder, openPlace } from './sandbox/open-folder.ts';
import { hasOwnRoot } from './sandbox/sandbox.ts';
import { groupTrustedPrograms } from './sandbox/trusted-program.ts';

/** Time for calls in progress to finish after SIGINT. It's short, because nobody waits for them at the end of a local run. */
const interruptDrainMs = 1500;
/** Extra time, on top of the Worker's log interval, that a stopping builder waits for the Worker to store the remaining logs. */
const logsMarginMs = 2000;
/** The builder exits this long after its drains, even if an instance has not stopped. */
const stopMarginMs = 5000;
const idleCheckMs = 30_000;
/** Longer than any client keeps an idle connection open. If the server closed it first, a call sent at that moment would fail. */
const keepAliveMs = 10 * 60 * 1000;

function printError(line: string): void {
  process.stderr.write(`${line}\n`);
}

function fail(reason: string): never {
  printError(`builder: ${reason}`);
  process.exit(1);
}

async function run(settings: Settings): Promise<void> {
  const log = jsonLog({ info: printError, warn: printError, error: printError }, { part: 'builder' });
  const { machine, cgroupProblem } = await openMachine(settings, log);
  const { python, limits, blobs, data, environments } = machine;
  const capabilities = await detectGoCapabilities(settings, machine, log);
  const report = await keepReport(settings.stateFolder, capabilities, () =>
    reportMachine(machine, capabilities, cgroupProblem),
  );
  const logs = new InstanceLogs(limits, Date.now);
  const instances = new Instances(limits, logs, {
    provision: (id, spec) => provision(machine, id, spec),
    missingBlobs: (spec) => missingBlobs(machine, spec),
    now: Date.now,
  });
  letSleep(instances, machine, log);
  const { token, organization, otlpUrl } = settings;
  const spans = otlpUrl === undefined ? undefined : new SpanExporter(otlpUrl, log);
  const listener = createListener({
    token,
    organization,
    python,
    confinement: { sandbox: report.sandbox, cgroup: report.cgroup },
    disk: report.disk,
    limits,
    blobs,
    instances,
    logs,
    capabilities,
    data,
    environments,
    removals: machine.removals,
    keepsPackages: settings.keepsPackages,
    machineUsage: () => machineUsage(settings.stateFolder),
    gpus: machine.gpus,
    egress: new Egress({ ...settings, ...machine.relay }, { ...internet, resolve: machine.relay.resolve }),
    spans,
    log,
  });
  const server = createServer({ keepAliveTimeout: keepAliveMs }, listener);
  server.on('error', (error) => fail(error.message));
  server.listen(settings.port, settings.host, () => {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : settings.port;
    machine.relay.ownPorts.add(String(port));
    announceReady(machine, report, { host: settings.host, port });
  });
  // The server listens until the process exits, because a draining builder that refused connections would look dead.
  const waits = {
    SIGTERM: () => ({ drainMs: instances.drainMs, logsMs: limits.logChunkMs + logsMarginMs }),
    SIGINT: () => ({ drainMs: interruptDrainMs, logsMs: 0 }),
  };
  stopOnSignal(waits, async ({ drainMs, logsMs }) => {
    await instances.shutDown(drainMs);
    await logs.allStored(logsMs);
    await spans?.send();
    await new Promise((resolve) => server.close(resolve)); // resolves once the last responses are sent
  });
  // No client is left. The workers exit when their standard input closes.
  onParentExit(() => process.exit(0));
}

/** Instances sleep when they are idle, or when others need their GPUs. */
function letSleep(instances: Instances, { gpus, limits }: Pick<Machine, 'gpus' | 'limits'>, log: Log): void {
  gpus.letSleep(() => instances.resting());
  const stopIdle = () => instances.stopIdle().catch((cause) => log.error('idle.stop_failed', { cause }));
  setInterval(stopIdle, Math.min(idleCheckMs, limits.idleMs, limits.standbyIdleMs)).unref();
}

function reportMachine(
  { gpus, sandbox, homes: { mounts } }: Machine,
  capabilities: GoCapabilities,
  cgroupProblem: string | undefined,
): MachineReport {
  const shortfalls = listShortfalls({ sandbox, cgroupProblem, mounts, capabilities });
  const lent = gpus.report();
  const confinement = { sandbox: sandbox.kind, cgroup: sandbox.cgroup, disk: diskLimitsIn(sandbox, mounts) };
  return { ...confinement, shortfalls, ...(lent ? { gpus: lent } : {}) };
}

/** Writes the report for `slipway doctor`, which has no token, and again if the analyzer turns out to be unusable. */
async function keepReport(
  stateFolder: string,
  { analyses }: GoCapabilities,
  makeReport: () => MachineReport,
): Promise<MachineReport> {
  const write = (report: MachineReport) => writeFile(join(stateFolder, confinementFile), JSON.stringify(report));
  const report = makeReport();
  await write(report);
  if ('onProblem' in analyses) analyses.onProblem(() => void write(makeReport()));
  return report;
}

/** Tells the parent process, such as `npm start`, which shows the shortfalls to a person. Without a parent, they go to the log. */
function announceReady(
  { python, sandbox }: Machine,
  report: MachineReport,
  { host, port }: { host: string; port: number },
): void {
  const user = sandbox.ownUser ? ', each worker as its own user' : '';
  process.stdout.write(
    `builder ready on http://${host}:${port} (Python ${python.version}, sandbox ${sandbox.kind}${user}, cgroup ${sandbox.cgroup})\n`,
  );
  if (process.send) process.send({ type: 'ready', port, ...report });
  else for (const { effect, reason } of report.shortfalls) printError(`${effect} ${reason}`);
}

/** Opens the folders whose files instances read. Returns the settings with the folders' real paths. */
async function openFolders(settings: Settings): Promise<Settings> {
  const { stateFolder: wanted, goCache } = settings;
  const stateFolder = await openFolder(wanted);
  if (dirname(stateFolder) === openPlace)
    printError(`The builder's files are in ${stateFolder}, because plugins run as users who can't enter ${wanted}.`);
  return { ...settings, stateFolder, goCache: goCache && (await openFolder(goCache)) };
}

/** Comes before any change in the folder: a second builder would remove the control groups and folders of the first one's instances. */
function lockFolder(settings: Settings): Settings {
  const { stateFolder } = settings;
  if (!lockState(stateFolder))
    fail(
      `another builder uses the state folder ${stateFolder}. Stop it first, or set BUILDER_STATE to another folder.`,
    );
  return settings;
}

/** Limits that apply, unless the operator sets them, because a kind of confinement doesn't provide some separation. */
const kindLimits: Record<SandboxKind, Partial<Limits>> = {
  namespaces: {},
  landlock: { organizationsMax: 1 },
  vm: { instancesMax: 1 },
  none: {},
};

/** Finds Python and a sandbox, and opens the builder's folders. Exits the process if the machine lacks something. */
async function openMachine(
  { python: wantedPython, stateFolder, limits, tools, ...settings }: Settings,
  log: Log,
): Promise<{ machine: Machine; cgroupProblem: string | undefined }> {
  const python = await findPython(wantedPython);
  if (typeof python === 'string') fail(python);
  const removals = new Removals(stateFolder, log);
  // Do this before removing anything: it unmounts what a killed builder left mounted.
  const mounts = await openMounts(python, stateFolder);
  await removals.open(limits.quarantineRetryMs);
  const blobs = new Blobs(join(stateFolder, 'blobs'), removals);
  const cgroups = await openCgroups(stateFolder, python.executable);
  const homes = new Homes(
    join(stateFolder, 'instances'),
    typeof cgroups === 'string' ? undefined : cgroups,
    removals,
    mounts,
  );
  await blobs.open();
  await homes.clear();
  const sandbox = await chooseSandbox({ ...settings, limits }, python, homes);
  if (typeof sandbox === 'string') fail(sandbox);
  if (typeof cgroups !== 'string') {
    process.once('exit', () => cgroups.removeEmpty());
    groupTrustedPrograms(cgroups.programs);
  }
  const imagesBy = sandbox.kind === 'none' ? undefined : mounts;
  const data = new DataFolders(join(stateFolder, 'data'), sandbox.ownUser, removals, imagesBy);
  await data.open();
  const cgroupProblem = typeof cgroups === 'string' ? cgroups : undefined;
  const { cuda, gpus } = await openGpus(settings, { python, sandbox, limits, homes, cgroupProblem, log });
  const { allowLoopback, keepsPackages, networks } = settings;
  const relay = { networks, ownPorts: new Set(settings.ownPorts), resolve: resolverBy(settings.nameServers) };
  const network = { ...relay, allowLoopback };
  const environments = await openEnvironments(
    { python, sandbox, limits, homes, blobs, removals, log, keepsPackages, network, cuda },
    join(stateFolder, 'environments'),
    tools,
  );
  const models = new ModelCache(join(stateFolder, 'models'), { blobs, removals }, limits.modelCacheBytes);
  await models.open();
  const machine: Machine = {
    python,
    sandbox,
    limits: { ...limits, ...kindLimits[sandbox.kind], ...settings.limitsSet },
    homes,
    blobs,
    removals,
    data,
    environments,
    models,
    workerd: findWorkerd(settings.workerd),
    spares: hasOwnRoot(sandbox) ? new SpareWorkers(python) : undefined,
    relay,
    gpus,
  };
  return { machine, cgroupProblem };
}

/** Free space is what an unprivileged user may still write. */
async function machineUsage(stateFolder: string): Promise<Pick<Usage, 'memory' | 'disk'>> {
  const { bavail, blocks, bsize } = await statfs(stateFolder);
  return {
    memory: { process_bytes: process.memoryUsage.rss(), available_bytes: process.availableMemory() },
    disk: { free_bytes: bavail * bsize, total_bytes: blocks * bsize },
  };
}

interface StopWaits {
  /** Time for calls to finish. */
  drainMs: number;
  /** Time for the Worker to store the remaining logs. */
  logsMs: number;
}

/** A second signal shortens the time set by the first one. */
function stopOnSignal(
  waits: Record<'SIGTERM' | 'SIGINT', () => StopWaits>,
  stop: (waits: StopWaits) => Promise<void>,
): void {
  let stopped: Promise<void> | undefined;
  const onSignal = async (signal: 'SIGTERM' | 'SIGINT') => {
    const wait = waits[signal]();
    setTimeout(() => process.exit(0), 2 * wait.drainMs + wait.logsMs + stopMarginMs);
    stopped ??= stop(wait);
    await stopped;
    process.exit(0);
  };
  process.on('SIGTERM', () => onSignal('SIGTERM'));
  process.on('SIGINT', () => onSignal('SIGINT'));
}

/** A system error, such as a full disk, needs no stack. */
function failStart(error: unknown, { stateFolder }: Settings): never {
  if (error instanceof Error && 'syscall' in error)
    fail(`can't start with the state folder ${stateFolder}: ${error.message}`);
  throw error;
}

const settings = readSettings(process.env);
// Removes the token from the environment, which child processes inherit and other processes can read.
forgetVariable('BUILDER_TOKEN');
if (typeof settings === 'string') fail(settings);
// A stricter mask would close what the builder creates to the users that instances run as.
process.umask(0o022);
await openFolders(settings)
  .then(lockFolder)
  .then(run)
  .catch((error) => failStart(error, settings));
