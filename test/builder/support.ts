// Runs a real builder process for the tests in this folder, and calls its HTTP API.
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { z } from 'zod';
import { removeWhole } from '../../builder/server/removal/tree-remover.ts';
import { isAlive } from '../../scripts/testing/processes.ts';
import { builderErrorSchema } from '../../src/contract/builder/errors.ts';
import { type Answer, BuilderClient, type Files, token } from './builder-client.ts';

export { type Answer, type Files, isAlive, token };

/** Returns the path of a Python host file. */
export function hostPath(name: string): string {
  return fileURLToPath(new URL(`../../builder/host-python/${name}`, import.meta.url).href);
}

export const mainScript = fileURLToPath(new URL('../../builder/server/main.ts', import.meta.url).href);

/** Polls until the expectation holds. Many of the polled functions list all processes on the machine, which takes milliseconds. */
export function eventually<T>(read: () => T) {
  return expect.poll(read, { interval: 50 });
}

/**
 * Kept across test runs. Most of a builder's start is compiling its modules, which takes 0.7 s of processor time, or 0.2 s with the
 * cache.
 */
export const compileCache = fileURLToPath(new URL('../../dist/compiled-builder', import.meta.url).href);

/** A PATH on which there is nothing. The builder gets its Python from the variable PYTHON. */
const noPrograms = '/nowhere';

const readyMessage = z.object({ type: z.literal('ready'), port: z.number(), sandbox: z.string(), cgroup: z.string() });

export interface BuilderOptions {
  limits?: Record<string, number>;
  env?: Record<string, string>;
  stateFolder?: string;
  /** Lets the builder find Git and Go. It tries both when it starts, which takes a third of the start's processor time. */
  hasGitAndGo?: boolean;
  /** The builder's main.ts, if not this checkout's. */
  script?: string;
  /** The builder's user, if it differs from the tests' user. Requires root. */
  uid?: number;
}

/** A builder process, started as a supervisor would start it. */
export class TestBuilder extends BuilderClient {
  readonly stateFolder: string;
  readonly process: ChildProcess;
  readonly sandbox: string;
  readonly cgroup: string;

  private constructor(stateFolder: string, child: ChildProcess, ready: z.infer<typeof readyMessage>) {
    super(`http://127.0.0.1:${ready.port}`);
    this.stateFolder = stateFolder;
    this.process = child;
    this.sandbox = ready.sandbox;
    this.cgroup = ready.cgroup;
  }

  static async start({
    limits = {},
    env = {},
    stateFolder = newFolder(),
    hasGitAndGo = false,
    script = mainScript,
    uid,
  }: BuilderOptions = {}): Promise<TestBuilder> {
    const child = fork(script, {
      env: {
        ...process.env,
        NODE_COMPILE_CACHE: compileCache,
        BUILDER_TOKEN: token,
        BUILDER_PORT: '0',
        BUILDER_STATE: stateFolder,
        BUILDER_LIMITS: JSON.stringify(limits),
        ...(hasGitAndGo ? {} : { PATH: noPrograms }),
        ...env,
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    const message = await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`the builder exited with ${code}`)));
    });
    return new TestBuilder(stateFolder, child, readyMessage.parse(message));
  }

  /** Ends the builder without waiting for calls. Does nothing if a test has already ended it. */
  async close(): Promise<void> {
    await this.kill('SIGINT');
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exited = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill(signal);
    await exited;
  }

  /** Returns the IDs of all processes that belong to this builder's instances, including orphaned ones. */
  workers(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => pid !== this.process.pid && namesFolder(pid, basename(this.stateFolder)));
  }
}

/** Validates an error response and returns it as `status code`. */
export function refusal({ status, body }: Answer): string {
  return `${status} ${builderErrorSchema.parse(body).error.code}`;
}

const folders: string[] = [];

/**
 * Removes the folders that `newFolder` created. Test files share this module, so test/remove-folders.ts calls it at the end of each
 * file.
 */
export async function removeFolders(): Promise<void> {
  for (const folder of folders.splice(0)) await removeWhole(folder);
}

/** Removes a folder that a test made at the end of the test file. */
export function removeAtEnd(folder: string): void {
  folders.push(folder);
}

/** Creates a folder that is removed at the end of the test file. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-builder-'));
  folders.push(folder);
  return folder;
}

/** Returns a realtime.py whose handler class has this method. */
export function handler(method: string, imports = ''): Files {
  const body = method.replaceAll(/^/gm, '    ');
  return { 'realtime.py': `${imports}\n\nclass RealtimeHandler:\n${body}\n` };
}

export const isRoot = process.getuid?.() === 0;

/** Returns whether the process's arguments or working directory name the folder or, if it has overwritten them, its own mounts do. */
function namesFolder(pid: number, name: string): boolean {
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(name)) return true;
    if (readlinkSync(`/proc/${pid}/cwd`).includes(name)) return true;
    // Listing mounts that a process shares with this process is slow, and those mounts never belong to an instance.
    return mountsOf(pid) !== mountsOf('self') && readFileSync(`/proc/${pid}/mountinfo`, 'utf8').includes(name);
  } catch {
    return false;
  }
}

function mountsOf(pid: number | 'self'): string {
  return readlinkSync(`/proc/${pid}/ns/mnt`);
}
