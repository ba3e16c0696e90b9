// What an instance needs of the machine: a home on disk, the code in it, the command that runs it confined.
import type { PythonSpec, StartError } from '../../src/contract/builder.ts';
import type { Blobs } from './blobs.ts';
import type { Provision } from './instance.ts';
import type { InstanceHomes } from './instance-home.ts';
import type { Python } from './python.ts';
import { type Command, type Sandbox, workerCommand } from './sandbox.ts';
import type { Limits } from './settings.ts';
import { unpack } from './unpack.ts';

export interface Machine {
  python: Python;
  sandbox: Sandbox;
  limits: Limits;
  homes: InstanceHomes;
  blobs: Blobs;
}

export function provision(machine: Machine, id: string, spec: PythonSpec): Provision {
  const { python, sandbox, limits, homes, blobs } = machine;
  let remove = async () => {};
  return {
    unpack: async (): Promise<Command | StartError> => {
      const home = await homes.make(id, sandbox);
      remove = home.remove;
      const failure = await unpack(blobs.path(spec.archive), home.code);
      return failure ?? workerCommand(sandbox, python, home, limits);
    },
    remove: () => remove(),
  };
}
