// Builds the commands for programs that Slipway trusts, such as Git and Go. They run outside the sandbox, with limits and with the
// builder's environment variables for network access. Plugin code never sees these variables.
import type { Command } from '../programs/command.ts';
import { hostFolder } from '../programs/host-scripts.ts';
import type { Python } from '../programs/python.ts';
import type { ProcessLimits } from './process-limits.ts';
import { programCommand } from './program-command.ts';

export interface TrustedProgram {
  argv: string[];
  folder: string;
  /** Added to the inherited variables. */
  environment: Record<string, string>;
  limits: ProcessLimits;
}

const networkVariables = [
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

/**
 * The group for all of this process's trusted programs and the programs they start. Without a group, only their niceness holds them
 * back.
 */
let group: readonly string[] = [];

export function groupTrustedPrograms(folders: readonly string[]): void {
  group = folders;
}

export function trustedCommand(python: Python, { argv, folder, environment, limits }: TrustedProgram): Command {
  const sandbox = { kind: 'none', ownUser: false, cgroup: 'none' } as const;
  const home = { code: folder, temp: folder, host: hostFolder, mountPoint: folder, uid: 0, sharedGroup: group };
  return programCommand({ sandbox, python }, home, {
    argv,
    folder,
    environment: { ...inheritedVariables(networkVariables), ...environment },
    confinement: { readOnly: [], writable: [], network: true },
    limits,
  });
}

/**
 * Returns a command without limits, which starts faster: for programs that finish quickly, write little and use only the local disk.
 */
export function directCommand([file = '', ...args]: string[], environment: Record<string, string>): Command {
  return { file, args, env: environment, endSignal: 'SIGKILL', isBackground: true };
}

/** Returns the builder's variables from this list that are set. */
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

/** Returns whether an HTTPS proxy is configured. The proxy then resolves host names and enforces its own address rules. */
export function usesProxy(env: NodeJS.ProcessEnv = process.env): boolean {
  return ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].some((name) => (env[name] ?? '') !== '');
}
