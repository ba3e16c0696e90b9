// Prepares an instance on this machine: creates its home, puts the plugin's code in it, and returns how to start a confined
// process.
import { chmod, constants, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutableSpec, InstanceSpec, PythonSpec, StartError } from '../../../src/contract/builder.ts';
import type { Blobs } from '../blobs/blobs.ts';
import { unpack } from '../blobs/unpack.ts';
import { executableCommand, programName } from '../executables/executable-command.ts';
import { ExecutableProcess } from '../executables/executable-process.ts';
import type { Launch } from '../processes/host-process.ts';
import { pythonCommand } from '../python/python-command.ts';
import { PythonProcess } from '../python/python-process.ts';
import type { Homes, RemovableHome } from '../sandbox/homes.ts';
import type { Confiner } from '../sandbox/sandbox.ts';
import type { Limits } from '../settings.ts';
import type { DataFolders } from './data-folders.ts';
import type { Provision } from './instance.ts';

export interface Machine extends Confiner {
  limits: Limits;
  homes: Homes;
  blobs: Blobs;
  data: DataFolders;
}

export function provision(machine: Machine, id: string, spec: InstanceSpec): Provision {
  let home: RemovableHome | undefined;
  return {
    sandbox: machine.sandbox.kind,
    unpack: async () => {
      const data = spec.runtime === 'executable' && spec.data !== null ? await machine.data.use(spec.data) : undefined;
      home = await machine.homes.make(id, machine.sandbox, data?.uid);
      return spec.runtime === 'python'
        ? unpackPython(machine, home, spec)
        : copyExecutable(machine, home, spec, data?.path);
    },
    remove: async () => home?.remove(),
  };
}

async function unpackPython(machine: Machine, home: RemovableHome, spec: PythonSpec): Promise<Launch | StartError> {
  const failure = await unpack(machine.blobs.path(spec.archive), home.code, 'python');
  if (failure) return { code: 'archive-invalid', message: failure };
  return (log) => new PythonProcess(pythonCommand(machine, home), machine.limits, log, spec);
}

async function copyExecutable(
  machine: Machine,
  home: RemovableHome,
  spec: ExecutableSpec,
  dataFolder: string | undefined,
): Promise<Launch> {
  const program = join(home.code, programName);
  await copyFile(machine.blobs.path(spec.artifact), program, constants.COPYFILE_FICLONE);
  await chmod(program, 0o755);
  const command = executableCommand(machine, home, spec, dataFolder);
  return (log) => new ExecutableProcess(command, machine.limits, log, spec.kind);
}
