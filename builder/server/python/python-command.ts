// The command of a Python worker: host-python/host.py over one plugin's code.

import {
  type Command,
  type Confinement,
  confinedCommand,
  type Home,
  hasOwnRoot,
  hostFolder,
  type Sandbox,
} from '../sandbox/sandbox.ts';
import type { Limits } from '../settings.ts';
import type { Python } from './python.ts';

export const pluginTempBytes = 256 * 1024 * 1024;
/** Of every process that runs a plugin. */
export const pluginProcessLimits = { fileBytes: 256 * 1024 * 1024, openFiles: 256, processes: 128, cpuSeconds: null };

const codeInside = '/plugin';
const shims = `${hostFolder}/shims`;
const shimsInside = '/slipway/shims';

export function pythonCommand(sandbox: Sandbox, python: Python, home: Home, limits: Limits): Command {
  const inside = hasOwnRoot(sandbox);
  const confinement: Confinement = {
    readOnly: [
      // Part of the folder that bubblewrap shows already.
      ...(sandbox.kind === 'namespaces' ? [[shims, shimsInside] as [string, string]] : []),
      [home.code, codeInside],
    ],
    writable: [],
    tempBytes: pluginTempBytes,
    network: false,
  };
  const processLimits = { ...pluginProcessLimits, memoryBytes: limits.memoryBytes };
  return confinedCommand(sandbox, python, home, confinement, processLimits, 'host.py', {
    code: inside ? codeInside : home.code,
    shims: inside ? shimsInside : shims,
    temp: inside ? '/tmp' : home.temp,
    answer_bytes: limits.callBytes,
  });
}
