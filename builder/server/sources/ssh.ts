// Lets Git fetch over SSH with a deploy key. The agent for it holds only this key, reads the key from a pipe and ends with the command.
// Nothing uses the machine's configuration, agents or keys, and nothing is sent to a host whose key isn't known.
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeployKey } from '../../../src/contract/builder/sources.ts';
import { findOnPath } from '../programs/program-on-path.ts';
import { SourceRefused } from './source-refused.ts';

/** A repository to fetch over SSH. */
export interface SshRemote {
  key: DeployKey;
  host: string;
  port: string;
  /** Starts with a slash. */
  path: string;
  /** The address to connect to. */
  address: string;
}

const programs = ['ssh', 'ssh-agent', 'ssh-add'];
/** The host's name in its known-hosts file. */
const alias = 'source';
const knownHostsFile = 'known_hosts';

/**
 * `ssh-add` reads the key from standard input. The agent ends with the command, or within 10 s if the command is killed. If a program was
 * killed, the shell ends in the same way. That the agent was shows only when it is gone before the command has failed.
 */
const addThenRun = [
  'ssh-add -q - 2>/dev/null; code=$?',
  'test $code -le 128 || kill -$((code - 128)) $$',
  'test $code = 0 || kill -0 "$SSH_AGENT_PID" || kill -KILL $$',
  'test $code = 0 || { echo "key not added" >&2; exit 1; }',
  '"$@" </dev/null; code=$?; kill "$SSH_AGENT_PID" || test $code = 0 || kill -KILL $$',
  'test $code -le 128 || kill -$((code - 128)) $$',
  'exit $code',
].join('; ');

const options = [
  ...['BatchMode=yes', 'StrictHostKeyChecking=yes', `UserKnownHostsFile=${knownHostsFile}`, `HostKeyAlias=${alias}`],
  ...['GlobalKnownHostsFile=/dev/null', 'UpdateHostKeys=no', 'CheckHostIP=no', 'VerifyHostKeyDNS=no'],
  ...['IdentityFile=none', 'PreferredAuthentications=publickey', 'AddKeysToAgent=no', 'ForwardAgent=no'],
  ...['ClearAllForwardings=yes', 'PermitLocalCommand=no', 'ProxyCommand=none', 'ControlMaster=no', 'ControlPath=none'],
  ...['ConnectTimeout=20', 'ServerAliveInterval=10', 'ServerAliveCountMax=2', 'LogLevel=ERROR'],
];

/** Rejects with a SourceRefused if this machine has no SSH client. */
export async function prepareSsh(folder: string, { key }: SshRemote): Promise<void> {
  const missing = programs.filter((program) => findOnPath(program) === undefined);
  if (missing.length > 0)
    throw new SourceRefused(
      'repository-unreachable',
      `Deploy keys need an SSH client, and this builder has no ${missing.join(', ')}. Install OpenSSH's client (openssh-client), or use a token.`,
    );
  await writeFile(join(folder, knownHostsFile), key.known_hosts.map((one) => `${alias} ${one}\n`).join(''));
}

export function sshUrl({ key, host, port, path }: SshRemote): string {
  return `ssh://${key.username}@${host}:${port}${path}`;
}

/** Returns Git's variables. None of them contains the key. */
export function sshVariables({ address }: SshRemote): Record<string, string> {
  const command = [
    'ssh',
    '-F',
    'none',
    '-T',
    ...[...options, `HostName=${address}`].flatMap((option) => ['-o', option]),
  ];
  // Git doesn't say that ssh was killed, only that it read nothing.
  const report = 'echo "error: ssh died of signal $((code - 128))" >&2';
  const reporting = `f() { ${command.join(' ')} "$@"; code=$?; test $code -le 128 || ${report}; return $code; }; f`;
  return { GIT_SSH_COMMAND: reporting, GIT_SSH_VARIANT: 'ssh' };
}

/** Returns the command line, and the input that passes the key to the agent. */
export function withDeployKey({ key }: SshRemote, argv: string[]): { argv: string[]; input: string } {
  const program = findOnPath('ssh-agent') ?? 'ssh-agent';
  const agent = [
    program,
    '-a',
    `./agent-${randomBytes(4).toString('hex')}`,
    '/bin/sh',
    '-c',
    addThenRun,
    'sh',
    ...argv,
  ];
  return { argv: agent, input: key.private_key };
}
