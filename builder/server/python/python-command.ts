// Builds the command of a Python worker: host-python/host.py with one plugin's code.
import { pluginProcessLimits, pluginTemp } from '../sandbox/process-limits.ts';
import {
  type Command,
  type Confinement,
  type Confiner,
  confinedCommand,
  type Home,
  hasOwnRoot,
  hostFolder,
} from '../sandbox/sandbox.ts';
import type { Limits } from '../settings.ts';

const codeInside = '/plugin';
const shims = `${hostFolder}/shims`;
const shimsInside = '/slipway/shims';

export function pythonCommand(machine: Confiner & { limits: Limits }, home: Home): Command {
  const { sandbox, limits } = machine;
  const inside = hasOwnRoot(sandbox);
  const confinement: Confinement = {
    readOnly: [
      [shims, shimsInside],
      [home.code, codeInside],
    ],
    writable: [],
    temp: pluginTemp,
    network: false,
  };
  const settings = {
    code: inside ? codeInside : home.code,
    shims: inside ? shimsInside : shims,
    temp: inside ? '/tmp' : home.temp,
    answer_bytes: limits.callBytes,
  };
  return confinedCommand(machine, home, {
    script: 'host.py',
    settings,
    confinement,
    limits: pluginProcessLimits(limits),
  });
}
