// Runs the builder's code in this process on a temporary folder, so a plugin is loaded, called and sandboxed exactly as in production.
import { chmod, mkdtemp } from 'node:fs/promises';
import type { BlockList } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Blobs } from '../../../builder/server/blobs/blobs.ts';
import { networksOf } from '../../../builder/server/core/settings.ts';
import { resolveByDns } from '../../../builder/server/egress/addresses.ts';
import { openEnvironments } from '../../../builder/server/environments/open-environments.ts';
import { Gpus } from '../../../builder/server/gpus/gpus.ts';
import { ChunkedLog } from '../../../builder/server/instances/chunked-log.ts';
import { DataFolders } from '../../../builder/server/instances/data-folders.ts';
import { Instance } from '../../../builder/server/instances/instance.ts';
import { type Machine, provision } from '../../../builder/server/instances/provision.ts';
import { ModelCache } from '../../../builder/server/models/model-cache.ts';
import { chooseSandbox } from '../../../builder/server/probe/choose-sandbox.ts';
import type { Command } from '../../../builder/server/programs/command.ts';
import { findPython } from '../../../builder/server/programs/python.ts';
import { type Ran, RunningProgram, type RunOptions } from '../../../builder/server/programs/run-program.ts';
import { Removals } from '../../../builder/server/removal/removals.ts';
import { removeWhole } from '../../../builder/server/removal/tree-remover.ts';
import { type Cgroups, openCgroups } from '../../../builder/server/sandbox/cgroups.ts';
import { openMounts } from '../../../builder/server/sandbox/disk-mounts.ts';
import { Homes } from '../../../builder/server/sandbox/homes.ts';
import { openFolder, passable } from '../../../builder/server/sandbox/open-folder.ts';
import { type InstanceSpec, type SandboxKind, sandboxKinds } from '../../contract/builder/instances.ts';
import { builderLimits } from '../../contract/limits/builder.ts';
import { jsonLog } from '../../core/log.ts';
import { writableCacheFolder } from '../cache-folder.ts';
import type { Environment } from '../connection/settings.ts';
import { Failure } from '../terminal/failure.ts';
import { abortable } from '../terminal/interruption.ts';

export interface LocalBuilder {
  machine: Machine;
  stateFolder: string;
  /** The Go compiler's build cache. */
  cacheFolder: string;
  keep(sha256: string, bytes: Uint8Array): Promise<void>;
  keepStream(sha256: string, content: Readable): Promise<void>;
  instance(spec: InstanceSpec): Instance;
  /** Runs a program, which ends with the builder. */
  run(command: Command, options: RunOptions): Promise<Ran>;
}

/** Ignores a failure, which the result reports anyway. */
const ignore = () => {};

export async function withLocalBuilder<T>(
  environment: Environment,
  signal: AbortSignal,
  work: (builder: LocalBuilder) => Promise<T>,
): Promise<T> {
  const stateFolder = await mkdtemp(join(tmpdir(), 'slipway-test-'));
  await chmod(stateFolder, passable);
  const instances: Instance[] = [];
  const programs: RunningProgram[] = [];
  const opened: Opened = {};
  // A stricter mask would close the folders to the users that plugins run as.
  const mask = process.umask(0o022);
  try {
    const cache = await writableCacheFolder(environment, join(stateFolder, 'cache'));
    const machine = await openMachine(environment, { stateFolder, cache }, opened);
    const builder: LocalBuilder = {
      machine,
      stateFolder,
      cacheFolder: await openFolder(environment.BUILDER_GO_CACHE || join(cache, 'go')),
      keep: (sha256, bytes) => machine.blobs.put(sha256, Readable.from([bytes]), builderLimits.blobBytes),
      keepStream: (sha256, content) => machine.blobs.put(sha256, content, builderLimits.blobBytes),
      instance: (spec) => {
        // Interrupted work goes on when its program ends, and must start nothing more.
        signal.throwIfAborted();
        const id = `test-${instances.length}`;
        const log = new ChunkedLog(builderLimits, Date.now);
        log.open();
        const settings = { limits: builderLimits, now: Date.now, log };
        const instance = new Instance(id, spec, provision(machine, id, spec), settings);
        instances.push(instance);
        return instance;
      },
      run: async (command, options) => {
        signal.throwIfAborted();
        const program = new RunningProgram(command);
        programs.push(program);
        return program.finish(options);
      },
    };
    return await abortable(work(builder), signal);
  } finally {
    await Promise.all([
      ...instances.map((instance) => instance.stop(0)),
      ...programs.map((program) => program.end('the test was interrupted')),
    ]);
    await opened.cgroups?.remove();
    await opened.removals?.close();
    await removeWhole(stateFolder);
    process.umask(mask);
  }
}

/** Resources to close, even if the machine was only partly opened. */
interface Opened {
  cgroups?: Cgroups;
  removals?: Removals;
}

interface Folders {
  stateFolder: string;
  /** Kept between runs if the user has a folder for it. */
  cache: string;
}

/** Opens the same resources in the folder as a builder does at startup. */
async function openMachine(
  environment: Environment,
  { stateFolder, cache }: Folders,
  opened: Opened,
): Promise<Machine> {
  const python = await findPython(environment.PYTHON);
  if (typeof python === 'string')
    throw new Failure('failed', python, { title: 'No Python', hint: 'Run `slipway doctor` to check this machine.' });
  const cgroups = await openCgroups(stateFolder, python.executable);
  if (typeof cgroups !== 'string') opened.cgroups = cgroups;
  const log = jsonLog({ info: ignore, warn: ignore, error: ignore });
  const removals = new Removals(stateFolder, log);
  opened.removals = removals;
  await removals.open(builderLimits.quarantineRetryMs);
  const mounts = await openMounts(python, stateFolder);
  const homes = new Homes(join(stateFolder, 'instances'), opened.cgroups, removals, mounts);
  const blobs = new Blobs(join(stateFolder, 'blobs'), removals);
  await Promise.all([homes.clear(), blobs.open()]);
  const wanted = { sandbox: wantedSandbox(environment), single: false, limits: builderLimits };
  const sandbox = await chooseSandbox(wanted, python, homes);
  if (typeof sandbox === 'string') throw new Failure('failed', sandbox, { title: 'No sandbox' });
  const imagesBy = sandbox.kind === 'none' ? undefined : mounts;
  const data = new DataFolders(join(stateFolder, 'data'), sandbox.ownUser, removals, imagesBy);
  await data.open();
  const shared = { python, sandbox, limits: builderLimits, homes, blobs, removals };
  // Kept between runs, so packages are downloaded only once.
  const folder = await openFolder(join(cache, 'environments'));
  const relay = { networks: wantedNetworks(environment), ownPorts: new Set<string>(), resolve: resolveByDns };
  const environments = await openEnvironments(
    { ...shared, log, keepsPackages: true, network: { ...relay, allowLoopback: false } },
    folder,
    environment.BUILDER_TOOLS || undefined,
  );
  const models = new ModelCache(join(stateFolder, 'models'), { blobs, removals }, builderLimits.modelCacheBytes);
  await models.open();
  const workerd = { reason: 'slipway test runs plugins as executables.' };
  return { ...shared, data, environments, models, relay, workerd, gpus: new Gpus(undefined), runsGpuSteps: true };
}

/** Even your own plugins run unconfined only on request, because a builder would refuse to run them that way. */
function wantedSandbox({ BUILDER_SANDBOX: name }: Environment): SandboxKind | undefined {
  const wanted = sandboxKinds.find((kind) => kind === name);
  if (name && wanted === undefined)
    throw new Failure('failed', `BUILDER_SANDBOX must be one of ${sandboxKinds.join(', ')}.`, { title: 'No sandbox' });
  return wanted;
}

/** The networks that a builder on this machine would let plugins reach, such as one with the author's own model server. */
function wantedNetworks({ BUILDER_EGRESS_NETWORKS: text = '' }: Environment): BlockList {
  const networks = networksOf(text);
  if (!networks)
    throw new Failure('failed', 'BUILDER_EGRESS_NETWORKS must be networks such as 127.0.0.0/8, separated by commas.', {
      title: 'No network',
    });
  return networks;
}
