// Builds the command of an executable plugin, and decides what it can access: its program, its data folder and, if granted, the
// network.
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutableSpec } from '../../../src/contract/builder.ts';
import type { DiskLimit } from '../sandbox/disk-watch.ts';
import { pluginProcessLimits, pluginTemp } from '../sandbox/process-limits.ts';
import { type Program, programCommand } from '../sandbox/program-command.ts';
import { type Command, type Confiner, type Home, hasOwnRoot, type Mount } from '../sandbox/sandbox.ts';
import type { Limits } from '../settings.ts';

/** The executable's name in the home's `code` folder. */
export const programName = 'program';

const programInside = '/plugin';
const dataInside = '/data';

/** Files that name resolution and certificate checks need. */
const networkFiles = ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf', '/etc/ssl/certs', '/etc/pki/tls/certs'];

/** Share of the address space that Go may use for its heap before it collects more often. */
const heapShare = 0.75;

export function executableCommand(
  machine: Confiner & { limits: Limits },
  home: Home,
  spec: ExecutableSpec,
  quota: DiskLimit | undefined,
): Command {
  const { sandbox, limits } = machine;
  const dataFolder = quota?.folder;
  const inside = hasOwnRoot(sandbox);
  const temp = inside ? '/tmp' : home.temp;
  const data = dataFolder === undefined ? undefined : inside ? dataInside : dataFolder;
  const program: Program = {
    argv: [join(inside ? programInside : home.code, programName)],
    folder: data ?? temp,
    environment: {
      LANG: 'C.UTF-8',
      HOME: temp,
      TMPDIR: temp,
      SLIPWAY_KIND: spec.kind,
      GOMEMLIMIT: String(Math.floor(limits.memoryBytes * heapShare)),
      ...(data === undefined ? {} : { SLIPWAY_DATA: data }),
    },
    confinement: {
      readOnly: [[home.code, programInside], ...(spec.network ? networkMounts() : [])],
      writable: dataFolder === undefined ? [] : [[dataFolder, dataInside]],
      temp: pluginTemp,
      ...(quota ? { data: quota } : {}),
      network: spec.network,
    },
    limits: { ...pluginProcessLimits(limits), ...(quota?.isFull ? { fileBytes: 0 } : {}) },
  };
  return programCommand(machine, home, program);
}

/** Mounts the real files: a symbolic link may point outside of what is mounted. */
function networkMounts(): Mount[] {
  return networkFiles.filter((path) => existsSync(path)).map((path) => [realpathSync(path), path]);
}
