// The compiler over a plugin's source: confined like the plugin itself, without network, writing to one folder and to its own cache.
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { ChildGroup } from '../processes/child-group.ts';
import { finishProgram } from '../processes/run-program.ts';
import type { Python } from '../python/python.ts';
import { type Program, programCommand } from '../sandbox/program-command.ts';
import { type Home, hasOwnRoot, type Sandbox } from '../sandbox/sandbox.ts';
import type { Limits } from '../settings.ts';
import { BuildFailed } from './build-failed.ts';
import type { BuildFolders } from './build-folders.ts';
import { buildFlags, goSettings } from './go.ts';
import { rewritePaths } from './rewrite-paths.ts';
import type { Toolchain } from './toolchain.ts';

export interface CompileMachine {
  toolchain: Toolchain;
  python: Python;
  sandbox: Sandbox;
  limits: Limits;
}

const tempBytes = 1024 * 1024 * 1024;
const openFiles = 1024;
const processes = 1024;
const outputBytesMax = 1024 * 1024;

/** Of `go build`; anything else is not the source's doing. */
const sourceIsWrong = 'exit code 1';

/** How the kernel stops what takes too much, as `go build` tells it of the programs that it runs. */
const stopped =
  /signal: (?:file size limit exceeded|CPU time limit exceeded|killed)|out of memory|cannot allocate memory|file too large|No space left/i;

/** Started as soon as the folders are there, and held until what it is to compile is there, too. */
export class Compiler {
  readonly #toolchain: Toolchain;
  readonly #folders: BuildFolders;
  readonly #executable: string;
  readonly #group: ChildGroup;

  constructor(machine: CompileMachine, home: Home, folders: BuildFolders, cache: string) {
    const { toolchain, sandbox, python } = machine;
    this.#toolchain = toolchain;
    this.#folders = folders;
    this.#executable = join(folders.out, 'plugin');
    const program = programOf(machine, folders, cache, this.#executable);
    this.#group = new ChildGroup(programCommand(sandbox, python, home, program));
  }

  /** Returns the executable's path. Rejects with a BuildFailed. */
  async compile(timeoutMs: number, onLine: (line: string) => void): Promise<string> {
    const words = (text: string) => rewritePaths(text, this.#folders, this.#toolchain);
    const onErrorLine = (line: string) => onLine(words(line));
    this.#group.release();
    const ran = await finishProgram(this.#group, { timeoutMs, outputBytesMax, onErrorLine });
    if (ran.ended !== 'exit') throw tookTooMuch(`after ${Math.round(timeoutMs / 1000)} s`);
    const said = words(ran.errors);
    if (stopped.test(said) || /signal/.test(ran.reason)) throw tookTooMuch(`by ${ran.reason}\n${said}`);
    if (ran.reason === sourceIsWrong) throw new BuildFailed('compile-failed', said);
    if (!ran.succeeded) throw new Error(`the compiler ended with ${ran.reason}: ${said}`);
    const made = await lstat(this.#executable);
    if (!made.isFile() || made.nlink !== 1) throw new Error('the compiler made something other than a file');
    return this.#executable;
  }

  /** Also when there is nothing left to end. */
  async end(): Promise<void> {
    await this.#group.end('the build is over');
  }
}

function tookTooMuch(how: string): BuildFailed {
  return new BuildFailed('limit-exceeded', `the compiler was stopped, because it took too much: ${how}`);
}

function programOf(
  { toolchain, sandbox, limits }: CompileMachine,
  { all, source, work, out, temp }: BuildFolders,
  cache: string,
  executable: string,
): Program {
  const { go, modules } = toolchain;
  const tempInside = hasOwnRoot(sandbox) ? '/tmp' : temp;
  const files = [`-modfile=${join(work, 'go.mod')}`, `-overlay=${join(work, 'overlay.json')}`];
  return {
    argv: [go.executable, 'build', ...buildFlags, ...files, '-o', executable, '.'],
    folder: source,
    environment: {
      ...goSettings,
      PATH: '/usr/bin:/bin',
      TMPDIR: tempInside,
      GOCACHE: cache,
      GOMODCACHE: modules,
      GOPATH: join(tempInside, 'go'),
      GOPROXY: 'off',
      GOROOT: go.root,
      GOSUMDB: 'off',
    },
    confinement: {
      readOnly: [go.root, modules, all].map((path) => [path, path]),
      writable: [out, cache].map((path) => [path, path]),
      tempBytes,
      network: false,
    },
    limits: {
      memoryBytes: limits.buildMemoryBytes,
      fileBytes: limits.artifactBytes,
      openFiles,
      processes,
      cpuSeconds: limits.buildCpuSeconds,
    },
    held: true,
  };
}
