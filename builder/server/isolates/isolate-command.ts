// Builds an isolate's command: workerd with one plugin's module, confined like any plugin. It listens on a socket that its launcher
// opened in the instance's home, so it needs no network.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isolateCompatibilityDate, isolateModules } from '../../../src/contract/builder/isolate-calls.ts';
import { isolateMain } from '../../../src/isolate/bundle.gen.ts';
import type { Command } from '../programs/command.ts';
import { isolateMemoryBytes, pluginProcessLimits } from '../sandbox/process-limits.ts';
import { programCommand } from '../sandbox/program-command.ts';
import { copyReadable } from '../sandbox/readable-copies.ts';
import { basicVariables, type Confiner, type Home, hasOwnRoot, tempInside } from '../sandbox/sandbox.ts';
import type { Workerd } from './isolate-process.ts';

const workerdInside = '/workerd';
const codeInside = '/plugin';
const configName = 'config.capnp';

/** The file descriptor on which launch.py passes the socket. */
const socketFd = 3;

/**
 * Cloudflare's configuration for a Worker without bindings. It defines no service named `internet`, so the Worker can't reach anything.
 */
const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "plugin", worker = .plugin),
    (name = "internet", network = (allow = [])),
  ],
  sockets = [(name = "calls", http = (), service = "plugin")],
);
const plugin :Workerd.Worker = (
  modules = [
    (name = "${isolateModules.main}", esModule = embed "${isolateModules.main}"),
    (name = "${isolateModules.plugin}", wasm = embed "${isolateModules.plugin}"),
  ],
  compatibilityDate = "${isolateCompatibilityDate}",
);
`;

/** Returns the socket path for an isolate's calls. */
export function socketPath({ code }: Home): string {
  return join(code, 'calls');
}

/** Puts workerd's files into the instance's home. `module` is the path of the plugin's module. */
export async function writeIsolate({ code }: Home, module: string): Promise<void> {
  await copyReadable(module, join(code, isolateModules.plugin));
  await writeFile(join(code, isolateModules.main), isolateMain);
  await writeFile(join(code, configName), config);
}

export function isolateCommand(machine: Confiner, home: Home, { executable }: Workerd): Command {
  const inside = hasOwnRoot(machine.sandbox);
  const temp = tempInside(machine.sandbox, home);
  const code = inside ? codeInside : home.code;
  const limits = pluginProcessLimits({ memoryBytes: isolateMemoryBytes });
  return programCommand(machine, home, {
    argv: [inside ? workerdInside : executable, 'serve', `--socket-fd=calls=${socketFd}`, join(code, configName)],
    folder: temp,
    environment: basicVariables(temp),
    confinement: {
      readOnly: [
        [executable, workerdInside],
        [home.code, codeInside],
      ],
      writable: [],
      network: false,
    },
    // V8 reserves far more address space than it uses.
    limits: { ...limits, reservesAddresses: true },
    socket: socketPath(home),
  });
}
