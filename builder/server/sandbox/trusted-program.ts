// Programs that Slipway trusts, such as Git and Go, over what it doesn't: outside of the sandbox, with limits, and with as much of the
// builder's own environment as it takes to reach the network from here. Code of plugins never gets any of that.

import type { Python } from '../python/python.ts';
import { programCommand } from './program-command.ts';
import type { Command, ProcessLimits } from './sandbox.ts';

export interface TrustedProgram {
  argv: string[];
  folder: string;
  /** Besides what is passed on. */
  environment: Record<string, string>;
  limits: ProcessLimits;
}

const passedOn = [
  'PATH',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_SSL_CAINFO',
  'HTTPS_PROXY',
  'https_proxy',
  'HTTP_PROXY',
  'http_proxy',
  'NO_PROXY',
  'no_proxy',
  'ALL_PROXY',
  'all_proxy',
];

export function trustedCommand(python: Python, { argv, folder, environment, limits }: TrustedProgram): Command {
  const home = { code: folder, temp: folder, mountPoint: folder, uid: 0 };
  return programCommand({ kind: 'process', bwrap: undefined, ownUser: false }, python, home, {
    argv,
    folder,
    environment: { ...inheritedVariables(passedOn), ...environment },
    confinement: { readOnly: [], writable: [], tempBytes: 0, network: true },
    limits,
  });
}

/** Started at once, for what is over soon, writes little and stays on this disk. */
export function directCommand([file = '', ...args]: string[], environment: Record<string, string>): Command {
  return { file, args, env: environment, endSignal: 'SIGKILL' };
}

/** Those of the builder's own variables that are set. */
export function inheritedVariables(
  names: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Then the proxy looks names up, and what they lead to is for its rules. */
export function usesProxy(env: NodeJS.ProcessEnv = process.env): boolean {
  return ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].some((name) => (env[name] ?? '') !== '');
}
