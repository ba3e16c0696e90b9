// Runs Git with safe options: HTTP, or SSH with a deploy key, and no configuration, hooks, prompts, redirects or submodules. The kernel
// enforces size and memory limits. Each rule is one of the options below. The callers choose the commands.
import { mkdir, writeFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { raisedBy } from '../../../src/contract/limits/limit-texts.ts';
import { formatSeconds } from '../../../src/core/quantities.ts';
import type { Limits } from '../core/settings.ts';
import type { Command } from '../programs/command.ts';
import { findOnPath, programOutput } from '../programs/program-on-path.ts';
import type { Python } from '../programs/python.ts';
import {
  type Exited,
  ProgramStopped,
  type RunOptions,
  requireNotStopped,
  runProgram,
} from '../programs/run-program.ts';
import { gitProcessLimits } from '../sandbox/process-limits.ts';
import { directCommand, trustedCommand } from '../sandbox/trusted-program.ts';
import { credentialOptions, type Remote, withCredential } from './credential.ts';
import { SourceRefused } from './source-refused.ts';
import { prepareSsh, sshUrl, sshVariables } from './ssh.ts';

export interface Git {
  executable: string;
  version: string;
}

/** The oldest tested version. http.curloptResolve, which pins the address, needs 2.37. */
const minimum = [2, 39] as const;

const hint = `Install Git ${minimum.join('.')} or newer and restart the builder.`;

/** Returns Git, or one line that says what is missing and how to fix it. */
export async function findGit(): Promise<Git | { reason: string }> {
  const executable = findOnPath('git');
  const match = executable && /\b(\d+)\.(\d+)(?:\.\d+)*/.exec((await programOutput(executable, ['--version'])) ?? '');
  if (!executable || !match) return { reason: `Git is not on PATH. ${hint}` };
  const [version, major, minor] = match;
  const isOld = Number(major) < minimum[0] || (Number(major) === minimum[0] && Number(minor) < minimum[1]);
  return isOld ? { reason: `Git ${version} is too old. ${hint}` } : { executable, version };
}

const safeOptions = asOptions([
  'protocol.allow=never',
  'core.hooksPath=/dev/null',
  'http.followRedirects=false',
  'transfer.fsckObjects=true',
  'credential.helper=',
  'gc.auto=0',
  'fetch.recurseSubmodules=no',
  // Always write a single pack, because the file-size limit would apply to each loose object separately.
  'fetch.unpackLimit=1',
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=20',
]);

const indexPackKilled = 'fatal: fetch-pack: invalid index-pack output';

export interface GitMachine {
  git: Git;
  python: Python;
  limits: Limits;
}

/** Runs Git commands against one remote repository, in one local bare repository, until a deadline. */
export class GitSession {
  readonly #machine: GitMachine;
  readonly #folder: string;
  readonly remote: Remote;
  readonly #deadline: number;

  constructor(machine: GitMachine, folder: string, remote: Remote, deadline: number) {
    this.#machine = machine;
    this.#folder = folder;
    this.remote = remote;
    this.#deadline = deadline;
  }

  get url(): string {
    const { ssh, url } = this.remote;
    return ssh ? sshUrl(ssh) : url;
  }

  /** Creates the bare repository, as `git init --bare` would. */
  async init(): Promise<void> {
    if (this.remote.ssh) await prepareSsh(this.#folder, this.remote.ssh);
    for (const folder of ['objects', 'refs']) await mkdir(join(this.#folder, folder));
    await writeFile(join(this.#folder, 'HEAD'), 'ref: refs/heads/main\n');
    await writeFile(join(this.#folder, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
  }

  /** Runs a command that connects to the remote repository. */
  overNetwork(args: string[]): Promise<Exited> {
    const options = [...safeOptions, ...repositoryOptions(this.remote), ...credentialOptions(this.remote)];
    const { argv, input } = withCredential(this.remote, [this.#machine.git.executable, ...options, ...args]);
    return this.#run(this.#limited(argv), { input });
  }

  /** Runs a command on the fetched objects. */
  onDisk(args: string[], options: Partial<RunOptions> = {}): Promise<Exited> {
    return this.#run(this.#direct(args), options);
  }

  /**
   * Rejects with a SourceRefused after the deadline or at a limit, and with another error if others stopped Git. The caller checks whether
   * the command succeeded.
   */
  async #run(command: Command, options: Partial<RunOptions>): Promise<Exited> {
    const timeoutMs = this.#deadline - performance.now();
    if (timeoutMs <= 0) throw this.#timedOut();
    const ran = await runProgram(command, { outputBytesMax: 4 * 1024 * 1024, ...options, timeoutMs });
    if (ran.ended === 'output-limit') throw tooLarge('its file list is too long');
    if (ran.ended !== 'exit') throw this.#timedOut();
    // index-pack fails this way at the file-size limit.
    if (/died of signal 25|File too large/.test(ran.errors)) {
      throw tooLarge(`the download exceeds ${this.#machine.limits.fetchBytes} bytes`);
    }
    requireNotStopped(ran, 'Git');
    // index-pack prints its own errors, so without any it was killed.
    if (ran.errors.trim() === indexPackKilled) throw new ProgramStopped('Git', ran);
    return ran;
  }

  #timedOut(): SourceRefused {
    return new SourceRefused(
      'fetch-timeout',
      `The repository could not be fetched within ${formatSeconds(this.#machine.limits.fetchMs)}. Retry later, or make it smaller.`,
    );
  }

  #limited(argv: string[]): Command {
    const { python, limits } = this.#machine;
    return trustedCommand(python, {
      argv,
      folder: this.#folder,
      environment: { ...this.#environment(), ...(this.remote.ssh ? sshVariables(this.remote.ssh) : {}) },
      limits: gitProcessLimits(limits),
    });
  }

  #direct(args: string[]): Command {
    return directCommand([this.#machine.git.executable, ...safeOptions, ...args], this.#environment());
  }

  #environment(): Record<string, string> {
    return {
      HOME: this.#folder,
      LC_ALL: 'C',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      // Git 2.47 sends an answer even if it is empty, so there must be no program to ask.
      GIT_ASKPASS: '',
      GIT_DIR: this.#folder,
    };
  }
}

function repositoryOptions({ url, address, ssh }: Remote): string[] {
  if (ssh) return asOptions(['protocol.ssh.allow=always']);
  const { protocol, hostname } = new URL(url);
  const allowed = `protocol.${protocol.slice(0, -1)}.allow=always`;
  // A repository on this machine, which no proxy reaches.
  if (protocol === 'http:') return asOptions([allowed, 'http.proxy=']);
  if (address === undefined) return asOptions([allowed]);
  return asOptions([allowed, `http.curloptResolve=${hostname}:443:${isIPv6(address) ? `[${address}]` : address}`]);
}

function asOptions(settings: string[]): string[] {
  return settings.flatMap((setting) => ['-c', setting]);
}

export function tooLarge(reason: string): SourceRefused {
  return new SourceRefused('source-too-large', `The source is too large: ${reason}. ${raisedBy.source}`);
}
