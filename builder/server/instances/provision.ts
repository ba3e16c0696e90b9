// Prepares an instance on this machine: creates its home, puts the plugin's code in it, and returns how to start a confined
// process.
import { readdirSync, rmSync } from 'node:fs';
import { chmod, constants, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  codeDigest,
  type ExecutableSpec,
  type InstanceSpec,
  type PythonSpec,
  type StartError,
} from '../../../src/contract/builder.ts';
import type { Blobs } from '../blobs/blobs.ts';
import { unpack } from '../blobs/unpack.ts';
import type { EnvironmentUse } from '../environments/environment-cache.ts';
import type { Environments } from '../environments/environments.ts';
import { executableCommand, programName } from '../executables/executable-command.ts';
import { ExecutableProcess } from '../executables/executable-process.ts';
import type { Launch } from '../processes/host-process.ts';
import { pythonCommand } from '../python/python-command.ts';
import { PythonProcess } from '../python/python-process.ts';
import { type DiskLimit, isExceeded } from '../sandbox/disk-watch.ts';
import type { Homes, RemovableHome } from '../sandbox/homes.ts';
import { pluginProcessLimits } from '../sandbox/process-limits.ts';
import type { Confiner } from '../sandbox/sandbox.ts';
import type { Limits } from '../settings.ts';
import type { DataFolders } from './data-folders.ts';
import type { Provision } from './instance.ts';

export interface Machine extends Confiner {
  limits: Limits;
  homes: Homes;
  blobs: Blobs;
  data: DataFolders;
  environments: Environments;
}

/** Returns the digests of the blobs that this builder needs to start an instance and doesn't have. */
export async function missingBlobs({ blobs, environments }: Machine, spec: InstanceSpec): Promise<string[]> {
  const missing: string[] = [];
  const code = codeDigest(spec);
  if (!(await blobs.has(code))) missing.push(code);
  const environment = spec.runtime === 'python' ? spec.environment : undefined;
  if (environment && !(await environments.has(environment.key)) && !(await blobs.has(environment.archive)))
    missing.push(environment.archive);
  return missing;
}

export function provision(machine: Machine, id: string, spec: InstanceSpec): Provision {
  let home: RemovableHome | undefined;
  let environment: EnvironmentUse | undefined;
  return {
    confinement: { sandbox: machine.sandbox.kind, cgroup: machine.sandbox.cgroup },
    unpack: async (onStep) => {
      const data = spec.runtime === 'executable' && spec.data !== null ? await machine.data.use(spec.data) : undefined;
      home = await machine.homes.make(id, machine.sandbox, pluginProcessLimits(machine.limits), data?.uid);
      if (spec.runtime === 'python' && spec.environment) {
        onStep('environment');
        environment = await machine.environments.use(spec.environment);
      }
      onStep('unpack');
      if (spec.runtime === 'executable') return copyExecutable(machine, home, spec, data?.path);
      return unpackPython(machine, home, spec, environment?.site);
    },
    remove: async () => {
      await home?.remove();
      environment?.release();
    },
  };
}

async function unpackPython(
  machine: Machine,
  home: RemovableHome,
  spec: PythonSpec,
  packages: string | undefined,
): Promise<Launch | StartError> {
  const failure = await unpack(machine.blobs.path(spec.archive), home.code, 'python');
  if (failure) return { code: 'archive-invalid', message: failure };
  return (log) => {
    emptyFolder(home.temp);
    return new PythonProcess(pythonCommand(machine, home, packages), machine.limits, log, spec);
  };
}

async function copyExecutable(
  machine: Machine,
  home: RemovableHome,
  spec: ExecutableSpec,
  dataFolder: string | undefined,
): Promise<Launch> {
  const quota = dataFolder === undefined ? undefined : await quotaOf(dataFolder, machine.limits);
  const program = join(home.code, programName);
  await copyFile(machine.blobs.path(spec.artifact), program, constants.COPYFILE_FICLONE);
  await chmod(program, 0o755);
  return (log) => {
    emptyFolder(home.temp);
    if (quota?.isFull) log.add('host', fullLine);
    return new ExecutableProcess(executableCommand(machine, home, spec, quota), machine.limits, log, spec);
  };
}

/** A process starts with an empty temporary folder, as one that has its own in memory. Synchronous: it is about to start. */
function emptyFolder(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
}

const fullLine =
  'Its data folder is full: the plugin may read and delete files there, and write none. Delete data, then stop it and start it again.';

async function quotaOf(folder: string, { dataBytes, dataFiles }: Limits): Promise<DiskLimit> {
  const quota = { folder, name: 'its data folder', bytes: dataBytes, files: dataFiles, isFull: false };
  return { ...quota, isFull: await isExceeded(quota) };
}
