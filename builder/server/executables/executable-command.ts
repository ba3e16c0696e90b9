// What an executable plugin gets of the machine: its program, a folder of its own when it has one, the network when granted.
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutableSpec } from '../../../src/contract/builder.ts';
import type { Python } from '../python/python.ts';
import { pluginProcessLimits, pluginTempBytes } from '../python/python-command.ts';
import { type Program, programCommand } from '../sandbox/program-command.ts';
import { type Command, type Home, hasOwnRoot, type Mount, type Sandbox } from '../sandbox/sandbox.ts';
import type { Limits } from '../settings.ts';

/** Under an instance's `code`. */
export const programName = 'program';

const programInside = '/plugin';
const dataInside = '/data';

/** How names are looked up and certificates checked. */
const networkFiles = ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf', '/etc/ssl/certs', '/etc/pki/tls/certs'];

/** Of the address space, what Go may use for its heap before it collects harder. */
const heapShare = 0.75;

export function executableCommand(
  sandbox: Sandbox,
  python: Python,
  home: Home,
  limits: Limits,
  spec: ExecutableSpec,
  dataFolder: string | undefined,
): Command {
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
      tempBytes: pluginTempBytes,
      network: spec.network,
    },
    limits: { ...pluginProcessLimits, memoryBytes: limits.memoryBytes },
  };
  return programCommand(sandbox, python, home, program);
}

/** Where they really are: a link may lead to a place that isn't shown. */
function networkMounts(): Mount[] {
  return networkFiles.filter((path) => existsSync(path)).map((path) => [realpathSync(path), path]);
}
