// Git as it is run here: over HTTP and nothing else, without configuration, hooks, prompts, redirects or submodules, and with limits
// that the kernel keeps. Every rule is one of the options below; what is asked of it is the callers'.
import { mkdir, writeFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { findOnPath, outputOf } from '../processes/program-on-path.ts';
import { type Exited, type RunOptions, runProgram } from '../processes/run-program.ts';
import type { Python } from '../python/python.ts';
import type { Command } from '../sandbox/sandbox.ts';
import { directCommand, trustedCommand } from '../sandbox/trusted-program.ts';
import type { Limits } from '../settings.ts';
import type { Repository } from './repository.ts';
import { SourceRefused } from './source-refused.ts';

export interface Git {
  executable: string;
  version: string;
}

/** http.curloptResolve, by which the address is pinned, came with it. */
const minimum = [2, 37] as const;

const hint = `install Git ${minimum.join('.')} or newer and start the builder again`;

/** Or one line that says what is missing. */
export async function findGit(): Promise<Git | { reason: string }> {
  const executable = findOnPath('git');
  const found = executable && /(\d+)\.(\d+)(?:\.\d+)*/.exec((await outputOf(executable, ['--version'])) ?? '');
  if (!executable || !found) return { reason: `there is no git on PATH: ${hint}` };
  const [version, major, minor] = found;
  const isOld = Number(major) < minimum[0] || (Number(major) === minimum[0] && Number(minor) < minimum[1]);
  return isOld ? { reason: `git is version ${version}, which is too old: ${hint}` } : { executable, version };
}

const safeOptions = asOptions([
  'protocol.allow=never',
  'core.hooksPath=/dev/null',
  'http.followRedirects=false',
  'transfer.fsckObjects=true',
  'credential.helper=',
  'gc.auto=0',
  'fetch.recurseSubmodules=no',
  // Always one pack, whose size is limited, and never loose objects, of which each would be.
  'fetch.unpackLimit=1',
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=20',
]);

const memoryBytes = 4 * 1024 * 1024 * 1024;
const openFiles = 256;

export interface GitMachine {
  git: Git;
  python: Python;
  limits: Limits;
}

/** Git on one repository, in one bare one, until one deadline. */
export class GitSession {
  readonly #machine: GitMachine;
  readonly #folder: string;
  readonly #repository: Repository;
  readonly #deadline: number;

  constructor(machine: GitMachine, folder: string, repository: Repository, deadline: number) {
    this.#machine = machine;
    this.#folder = folder;
    this.#repository = repository;
    this.#deadline = deadline;
  }

  get url(): string {
    return this.#repository.url;
  }

  /** As `git init --bare` makes it. */
  async init(): Promise<void> {
    for (const folder of ['objects', 'refs']) await mkdir(join(this.#folder, folder));
    await writeFile(join(this.#folder, 'HEAD'), 'ref: refs/heads/main\n');
    await writeFile(join(this.#folder, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
  }

  /** Over the network. */
  overNetwork(args: string[]): Promise<Exited> {
    return this.#run(this.#limited([...repositoryOptions(this.#repository), ...args]), {});
  }

  /** On what was brought. */
  onDisk(args: string[], options: Partial<RunOptions> = {}): Promise<Exited> {
    return this.#run(this.#plain(args), options);
  }

  /** Rejects with a SourceRefused past the deadline or the limits; whether it succeeded is the caller's to look at. */
  async #run(command: Command, options: Partial<RunOptions>): Promise<Exited> {
    const timeoutMs = this.#deadline - performance.now();
    if (timeoutMs <= 0) throw tooLate();
    const ran = await runProgram(command, { outputBytesMax: 4 * 1024 * 1024, ...options, timeoutMs });
    if (ran.ended === 'output-limit') throw tooLarge('Git has more to say than is listened to');
    if (ran.ended !== 'exit') throw tooLate();
    // What index-pack says when it may write no more.
    if (/died of signal 25|File too large/.test(ran.errors)) {
      throw tooLarge(`Git brings more than ${this.#machine.limits.fetchBytes} bytes of it`);
    }
    return ran;
  }

  #limited(args: string[]): Command {
    const { git, python, limits } = this.#machine;
    return trustedCommand(python, {
      argv: [git.executable, ...safeOptions, ...args],
      folder: this.#folder,
      environment: this.#environment(),
      limits: { memoryBytes, fileBytes: limits.fetchBytes, openFiles, processes: 0, cpuSeconds: null },
    });
  }

  #plain(args: string[]): Command {
    return directCommand([this.#machine.git.executable, ...safeOptions, ...args], this.#environment());
  }

  #environment(): Record<string, string> {
    return {
      HOME: this.#folder,
      LC_ALL: 'C',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_ASKPASS: '/bin/true',
      GIT_DIR: this.#folder,
    };
  }
}

function repositoryOptions({ url, address }: Repository): string[] {
  const { protocol, hostname } = new URL(url);
  const allowed = `protocol.${protocol.slice(0, -1)}.allow=always`;
  if (address === undefined) return asOptions([allowed]);
  return asOptions([allowed, `http.curloptResolve=${hostname}:443:${isIPv6(address) ? `[${address}]` : address}`]);
}

function asOptions(settings: string[]): string[] {
  return settings.flatMap((setting) => ['-c', setting]);
}

export function tooLarge(why: string): SourceRefused {
  return new SourceRefused('source-too-large', `the source is too large: ${why}`);
}

function tooLate(): SourceRefused {
  return new SourceRefused('fetch-timeout', 'the repository could not be fetched in time');
}
