// Runs the Go compiler on a plugin's source, confined like the plugin itself: no network access, and write access only to the output
// folder and the plugin's compile cache.
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { raisedBy } from '../../../src/contract/limits/limit-texts.ts';
import { formatMiB, formatSeconds } from '../../../src/core/quantities.ts';
import type { Limits } from '../core/settings.ts';
import { type Ran, RunningProgram, requireNotStopped } from '../programs/run-program.ts';
import { compilerProcessLimits } from '../sandbox/process-limits.ts';
import { type Program, programCommand } from '../sandbox/program-command.ts';
import { type Confiner, type Home, hasOwnRoot } from '../sandbox/sandbox.ts';
import { BuildFailed } from './build-failed.ts';
import type { BuildFolders } from './build-folders.ts';
import { buildFlags } from './go.ts';
import type { Target } from './targets.ts';
import type { Toolchain } from './toolchain.ts';
import { rewritePaths } from './wasm.ts';

export interface CompileMachine extends Confiner {
  toolchain: Toolchain;
  limits: Limits;
}

export interface Compilation {
  folders: BuildFolders;
  /** The plugin's compile cache. */
  cache: string;
  target: Target;
}

const outputBytesMax = 1024 * 1024;

/** `go build` exits with 1 if the source has errors, and with other codes for other failures. */
const compileErrorExit = 'exit code 1';

/** Matches the errors of programs that get no more memory, or can't write a larger file. */
const limitExceeded = /out of memory|cannot allocate memory|file too large|No space left/i;

/** A compiler process. It starts as soon as its folders exist, and waits until the source is in them. */
export class Compiler {
  readonly #limits: Limits;
  readonly #toolchain: Toolchain;
  readonly #folders: BuildFolders;
  readonly #output: string;
  readonly #program: RunningProgram;

  constructor(machine: CompileMachine, home: Home, { folders, cache, target }: Compilation) {
    this.#limits = machine.limits;
    this.#toolchain = machine.toolchain;
    this.#folders = folders;
    this.#output = join(folders.out, target.file);
    this.#program = new RunningProgram(
      programCommand(machine, home, compilerProgram(machine, { folders, cache, target })),
    );
  }

  /** Returns the output's path. Rejects with a BuildFailed. */
  async compile(timeoutMs: number, onLine: (line: string) => void): Promise<string> {
    const rewrite = (text: string) => rewritePaths(text, this.#folders, this.#toolchain);
    const onErrorLine = (line: string) => onLine(rewrite(line));
    this.#program.release();
    const ran = await this.#program.finish({ timeoutMs, outputBytesMax, onErrorLine });
    requireCompiled(ran, this.#limits, { timeoutMs, rewrite });
    const output = await lstat(this.#output);
    if (!output.isFile() || output.nlink !== 1) throw new Error("The compiler's output is not a regular file");
    return this.#output;
  }

  /** Ends the process. Safe to call more than once. */
  async end(): Promise<void> {
    await this.#program.end('the build is over');
  }
}

/** Throws unless the compiler succeeded: a BuildFailed if the source is at fault or exceeded a limit, otherwise an internal error. */
export function requireCompiled(
  ran: Ran,
  limits: Limits,
  { timeoutMs, rewrite }: { timeoutMs: number; rewrite: (text: string) => string },
): void {
  if (ran.ended !== 'exit') throw tooSlow(timeoutMs);
  const errors = rewrite(ran.errors);
  requireNotStopped(ran, 'The compiler');
  if (ran.endedBy === 'limit' || limitExceeded.test(errors) || /signal/.test(ran.reason))
    throw exceededLimit(limits, `${ran.reason}\n${errors}`);
  if (ran.reason === compileErrorExit) throw new BuildFailed('compile-failed', errors);
  if (!ran.succeeded) throw new Error(`The compiler exited with ${ran.reason}: ${errors}`);
}

function tooSlow(timeoutMs: number): BuildFailed {
  const how = `it did not finish within ${formatSeconds(timeoutMs)}. ${raisedBy.buildTime}`;
  return new BuildFailed('limit-exceeded', `The compiler was stopped because it exceeded a limit: ${how}`);
}

/** The kernel doesn't say which limit it was. */
function exceededLimit({ artifactBytes, buildCpuSeconds, buildMemoryBytes }: Limits, how: string): BuildFailed {
  const limits = `${formatMiB(buildMemoryBytes)} of memory, ${buildCpuSeconds} s of processor time, or files of ${formatMiB(artifactBytes)}`;
  return new BuildFailed(
    'limit-exceeded',
    `The compiler was stopped because it exceeded a limit: ${limits}. ${raisedBy.build}\n${how}`,
  );
}

function compilerProgram(
  { toolchain, sandbox, limits }: CompileMachine,
  { folders: { all, source, work, out, temp }, cache, target }: Compilation,
): Program {
  const { go, modules } = toolchain;
  const tempInside = hasOwnRoot(sandbox) ? '/tmp' : temp;
  const files = [`-modfile=${join(work, 'go.mod')}`, `-overlay=${join(work, 'overlay.json')}`];
  // Without a control group, each process has its own address-space limit, so run only one at a time.
  const atOnce = sandbox.cgroup === 'none' && sandbox.kind !== 'none' ? ['-p=1'] : [];
  return {
    argv: [
      go.executable,
      'build',
      ...target.flags,
      ...buildFlags,
      ...atOnce,
      ...files,
      '-o',
      join(out, target.file),
      '.',
    ],
    folder: source,
    environment: {
      ...toolchain.offlineSettings(tempInside),
      ...target.settings,
      PATH: '/usr/bin:/bin',
      GOCACHE: cache,
    },
    confinement: {
      readOnly: [...go.mounts, [modules, modules], [all, all]],
      writable: [out, cache].map((path) => [path, path]),
      network: false,
    },
    limits: compilerProcessLimits(limits),
    held: true,
  };
}
