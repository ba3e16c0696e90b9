// Prepares an instance on this machine: creates its home, puts the plugin's code there, and returns how to start a confined process.
import { join } from 'node:path';
import { worksOnRuns } from '../../../src/contract/builder/batch.ts';
import {
  type Confinement,
  codeDigest,
  type ExecutableSpec,
  type InstanceSpec,
  type PythonSpec,
} from '../../../src/contract/builder/instances.ts';
import type { IsolateSpec } from '../../../src/contract/builder/isolates.ts';
import type { HeldGpus } from '../../../src/contract/builder/machine/gpus.ts';
import { readServing } from '../../../src/contract/builder/serving.ts';
import type { StartError } from '../../../src/contract/builder/start-errors.ts';
import { startLimitMs } from '../../../src/contract/limits/builder.ts';
import type { ModelRef } from '../../../src/contract/plugin/models.ts';
import type { Blobs } from '../blobs/blobs.ts';
import { unpack } from '../blobs/unpack.ts';
import type { Limits } from '../core/settings.ts';
import type { Environments, UsableEnvironment } from '../environments/environments.ts';
import { dataInside, executableCommand, programName } from '../executables/executable-command.ts';
import { ExecutableProcess } from '../executables/executable-process.ts';
import type { Gpus } from '../gpus/gpus.ts';
import type { Loan } from '../gpus/loan.ts';
import { isolateCommand, socketPath, writeIsolate } from '../isolates/isolate-command.ts';
import type { Workerd } from '../isolates/isolate-process.ts';
import { IsolateProcess } from '../isolates/isolate-process.ts';
import type { ModelCache, ModelsInUse } from '../models/model-cache.ts';
import type { Launch } from '../processes/host-process.ts';
import { diskKeeper } from '../programs/disk-keeper.ts';
import { type DiskLimit, isExceeded } from '../programs/disk-watch.ts';
import { type PythonMachine, type PythonProgram, pythonCommand } from '../python/python-command.ts';
import { PythonProcess } from '../python/python-process.ts';
import type { SpareWorkers } from '../python/spare-workers.ts';
import { Relays, usesNetwork } from '../relay/relay.ts';
import type { RelayRules } from '../relay/targets.ts';
import type { Owner, Removals } from '../removal/removals.ts';
import type { Homes, RemovableHome } from '../sandbox/homes.ts';
import { namespacesAdvice } from '../sandbox/namespaces-advice.ts';
import { isolateMemoryBytes, pluginProcessLimits } from '../sandbox/process-limits.ts';
import { copyReadable, fileModes } from '../sandbox/readable-copies.ts';
import { type Home, hasOwnRoot } from '../sandbox/sandbox.ts';
import type { DataFolder, DataFolders } from './data-folders.ts';
import { instanceLimits } from './instance-limits.ts';

export interface Machine extends PythonMachine {
  homes: Homes;
  blobs: Blobs;
  removals: Removals;
  data: DataFolders;
  environments: Environments;
  models: ModelCache;
  /** Runs isolates, or gives the reason why this machine can't. */
  workerd: Workerd | { reason: string };
  /** Undefined if workers can't be started in advance. */
  spares?: SpareWorkers | undefined;
  /** Rules for the plugins' connections. */
  relay: RelayRules;
  gpus: Gpus;
}

export type OnStep = (step: 'environment' | 'unpack') => void;

/** Puts an instance's code on disk and removes it. */
export interface Provision {
  /** How the processes are confined. */
  confinement: Confinement;
  /** Unpacks the code and returns how to start each process. */
  unpack(onStep: OnStep, onLine: (line: string) => void): Promise<Launch[] | StartError>;
  /** Time limit for a process start, once `unpack` has resolved. */
  startMs(): number;
  /** Returns the GPUs that the processes hold, if any. */
  heldGpus(): HeldGpus | undefined;
  /** Closes all processes' connections and refuses new ones. */
  cutOff(): void;
  remove(): Promise<void>;
}

/** Returns the blob digests and package keys that an instance needs to start but this builder lacks. */
export async function missingBlobs({ blobs, environments, models }: Machine, spec: InstanceSpec): Promise<string[]> {
  const missing: string[] = [];
  const code = codeDigest(spec);
  if (!(await blobs.has(code))) missing.push(code);
  const environment = spec.runtime === 'python' ? spec.environment : undefined;
  if (environment) missing.push(...(await environments.missing(environment)));
  for (const { sha256 } of modelsOf(spec)) if (!(await models.has(sha256))) missing.push(sha256);
  return [...new Set(missing)];
}

export function provision(common: Machine, id: string, spec: InstanceSpec): Provision {
  const machine = { ...common, limits: instanceLimits(common.limits, spec) };
  const homes: RemovableHome[] = [];
  let environment: UsableEnvironment | undefined;
  let models: ModelsInUse | undefined;
  let loan: Loan | undefined;
  const relays = new Relays(machine.relay, spec.permissions);
  let data: DataFolder | undefined;
  return {
    confinement: { sandbox: machine.sandbox.kind, cgroup: machine.sandbox.cgroup },
    unpack: async (onStep, onLine) => {
      const problem = networkProblem(machine, spec);
      if (problem) return problem;
      if (spec.runtime === 'isolate' && 'reason' in machine.workerd)
        return { code: 'needs-isolates', message: machine.workerd.reason };
      const lent = spec.runtime === 'python' ? await machine.gpus.lend(id, spec) : undefined;
      if (lent && 'code' in lent) return lent;
      loan = lent;
      if (spec.runtime === 'executable' && spec.data !== null)
        data = await machine.data.use(spec.data, dataLimits(machine.limits));
      const home = await makeHomes(machine, { id, spec, uid: data?.uid }, homes);
      if (spec.runtime === 'python' && spec.environment) {
        onStep('environment');
        environment = await machine.environments.use(spec.environment, onLine);
      }
      models = await machine.models.use(modelsOf(spec));
      const { paths } = models;
      onStep('unpack');
      const packages = environment?.site;
      if (spec.runtime === 'isolate') return [inEmptyTemp(home, await launchIsolate(machine, home, spec))];
      if (spec.runtime === 'executable')
        return [inEmptyTemp(home, await copyExecutable(machine, home, spec, { data, relays }))];
      const failure = await unpack(machine.blobs.path(spec.archive), home.code, 'python');
      if (failure) return { code: 'archive-invalid', message: failure };
      return homes.map((each, at) => {
        const provided = { packages, models: paths, relays, gpus: lent?.grants[at] };
        return inEmptyTemp(each, launchPython(machine, { ...each, code: home.code }, spec, provided));
      });
    },
    startMs: () => startLimitMs(machine.limits, environment?.bytes ?? 0),
    heldGpus: () => loan?.held(),
    cutOff: () => relays.cutOff(),
    remove: async () => {
      environment?.release();
      models?.release();
      for (const home of homes) await home.remove();
      if (data && spec.runtime === 'executable' && spec.data !== null) await machine.data.release(spec.data);
      data = undefined;
      loan?.giveBack();
      loan = undefined;
    },
  };
}

/** Without a network namespace, a plugin could bypass the relay (decision 50). */
function networkProblem({ sandbox }: Machine, { plugin, permissions = {} }: InstanceSpec): StartError | undefined {
  if (!usesNetwork(permissions) || sandbox.kind === 'namespaces') return undefined;
  const { fix, why } = sandbox.withoutNamespaces ?? namespacesAdvice();
  const message = `${plugin.name} asks for network access, which needs namespaces. This builder's sandbox is ${sandbox.kind}, because ${why}. ${fix}`;
  return { code: 'needs-namespaces', message };
}

/**
 * Creates a home for each process and returns the first one, whose code they all run. If each process has its own root, their users
 * differ; otherwise only the first one's user may pass through to the code.
 */
async function makeHomes(
  machine: Machine,
  { id, spec, uid }: { id: string; spec: InstanceSpec; uid: number | undefined },
  homes: RemovableHome[],
): Promise<RemovableHome> {
  const memoryBytes = spec.runtime === 'isolate' ? isolateMemoryBytes : machine.limits.memoryBytes;
  const limits = pluginProcessLimits({ memoryBytes }, readServing(spec), worksOnRuns(spec));
  const owner: Owner = { kind: 'instance', id, organization: spec.organization };
  const first = await machine.homes.make(owner, machine.sandbox, limits, uid);
  homes.push(first);
  for (let others = readServing(spec).replicas - 1; others > 0; others--)
    homes.push(await machine.homes.make(owner, machine.sandbox, limits, hasOwnRoot(machine.sandbox) ? uid : first.uid));
  return first;
}

function modelsOf(spec: InstanceSpec): readonly ModelRef[] {
  return (spec.runtime === 'python' ? spec.models : undefined) ?? [];
}

function launchPython(
  machine: Machine,
  home: Home,
  spec: PythonSpec,
  { relays, ...provided }: Required<Pick<PythonProgram, 'packages' | 'models' | 'gpus'>> & { relays: Relays },
): Launch {
  return (log, onCallEnded) => {
    const command = pythonCommand(machine, home, {
      ...provided,
      serving: readServing(spec),
      entry: spec.entry,
      relay: relays.open((line) => log.add('host', line)),
    });
    const spare = machine.spares?.takeFor(command);
    return new PythonProcess(command, { limits: machine.limits, log, onCallEnded, spare }, spec);
  };
}

async function launchIsolate(machine: Machine, home: RemovableHome, spec: IsolateSpec): Promise<Launch> {
  const { workerd, blobs, limits } = machine;
  if ('reason' in workerd) throw new Error(workerd.reason);
  await writeIsolate(home, blobs.path(spec.artifact));
  const executable = await machine.homes.readable(workerd.executable, machine.sandbox);
  return (log, onCallEnded) => {
    const command = isolateCommand(machine, home, { executable });
    return new IsolateProcess(command, socketPath(home), { limits, log, onCallEnded });
  };
}

async function copyExecutable(
  machine: Machine,
  home: RemovableHome,
  spec: ExecutableSpec,
  { data, relays }: { data: DataFolder | undefined; relays: Relays },
): Promise<Launch> {
  const quota = data && (await quotaOf(machine, data));
  await copyReadable(machine.blobs.path(spec.artifact), join(home.code, programName), fileModes.runnable);
  return (log, onCallEnded) => {
    if (quota?.isFull) log.add('host', fullLine);
    const relay = relays.open((line) => log.add('host', line));
    const command = executableCommand(machine, home, spec, { quota, relay });
    return new ExecutableProcess(command, { limits: machine.limits, log, onCallEnded }, spec);
  };
}

/** Gives a restarted process an empty temporary folder, as if the folder were in memory. */
function inEmptyTemp(home: RemovableHome, launch: Launch): Launch {
  let wasUsed = false;
  return (log, onCallEnded) => {
    if (wasUsed) home.emptyTemp();
    wasUsed = true;
    return launch(log, onCallEnded);
  };
}

const fullLine =
  'Its data folder is full: the plugin can read and delete files there, but not write any. Delete data, then stop the plugin and start it again.';

function dataLimits({ dataBytes, dataFiles }: Limits) {
  return { bytes: dataBytes, files: dataFiles };
}

async function quotaOf({ sandbox, python, limits }: Machine, { path, by }: DataFolder): Promise<DiskLimit> {
  const seen = hasOwnRoot(sandbox) ? dataInside : path;
  const place = { folder: path, seen, inRoot: false, inMemory: false };
  const quota = { ...place, ...dataLimits(limits), by, name: 'its data folder', kind: 'data' as const, isFull: false };
  return { ...quota, isFull: sandbox.kind !== 'none' && (await isExceeded(quota, diskKeeper(python))) };
}
