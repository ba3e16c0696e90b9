// Builds an executable plugin's command, and decides what it can access: its program, its data folder and, if granted, the relay.
import { join } from 'node:path';
import type { ExecutableSpec } from '../../../src/contract/builder/instances.ts';
import type { Limits } from '../core/settings.ts';
import type { Command } from '../programs/command.ts';
import type { DiskLimit } from '../programs/disk-watch.ts';
import { proxyVariables, type Relay } from '../relay/relay.ts';
import { certificateMounts } from '../sandbox/certificates.ts';
import { pluginProcessLimits } from '../sandbox/process-limits.ts';
import { type Program, programCommand } from '../sandbox/program-command.ts';
import { basicVariables, type Confiner, type Home, hasOwnRoot, tempInside } from '../sandbox/sandbox.ts';

/** The executable's name in the home's `code` folder. */
export const programName = 'program';

const programInside = '/plugin';
export const dataInside = '/data';

/** Share of the address space for Go's heap. Above it, Go collects garbage more often. */
const heapShare = 0.75;

export function executableCommand(
  machine: Confiner & { limits: Limits },
  home: Home,
  spec: ExecutableSpec,
  { quota, relay }: { quota: DiskLimit | undefined; relay: Relay | undefined },
): Command {
  const { sandbox, limits } = machine;
  const dataFolder = quota?.folder;
  const inside = hasOwnRoot(sandbox);
  const temp = tempInside(sandbox, home);
  const data = dataFolder === undefined ? undefined : inside ? dataInside : dataFolder;
  const program: Program = {
    argv: [join(inside ? programInside : home.code, programName)],
    folder: data ?? temp,
    environment: {
      ...basicVariables(temp),
      SLIPWAY_KIND: spec.kind,
      SLIPWAY_MARKS: '1',
      GOMEMLIMIT: String(Math.floor(limits.memoryBytes * heapShare)),
      ...(data === undefined ? {} : { SLIPWAY_DATA: data }),
      ...(relay ? proxyVariables : {}),
    },
    confinement: {
      readOnly: [[home.code, programInside], ...(relay ? certificateMounts() : [])],
      writable: dataFolder === undefined ? [] : [[dataFolder, dataInside]],
      ...(quota ? { data: quota } : {}),
      network: false,
      ...(relay ? { relay } : {}),
    },
    limits: { ...pluginProcessLimits(limits), ...(quota?.isFull ? { fileBytes: 0 } : {}) },
  };
  return programCommand(machine, home, program);
}
