// Manages what builds share: the command that prepares sources, the host module, the trusted compile cache and the module cache. The
// first build creates them, and plugin code never writes to them.
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import type { Limits } from '../core/settings.ts';
import type { Command } from '../programs/command.ts';
import type { Python } from '../programs/python.ts';
import { type Exited, explain, type RunOptions, requireNotStopped, runProgram } from '../programs/run-program.ts';
import type { Removals } from '../removal/removals.ts';
import { toolchainProcessLimits } from '../sandbox/process-limits.ts';
import { copyReadable, makeOpenFolder, openCache } from '../sandbox/readable-copies.ts';
import { directCommand, trustedCommand } from '../sandbox/trusted-program.ts';
import { BuildFailed } from './build-failed.ts';
import { buildFlags, type Go, goSettings, hostFiles, hostModule } from './go.ts';
import { ModuleCache } from './module-cache.ts';
import { executableTarget } from './targets.ts';

const quickMs = 20_000;
const outputBytesMax = 1024 * 1024;
/** Matches standard-library packages, except internal ones and the toolchain's commands. */
const standardPath = /^(?!cmd\/|internal\/|vendor\/)(?!.*\/internal\/)[a-z][a-z0-9]*(?:\/[a-z0-9]+)*$/;

/** The host-module package that every plugin needs. */
const hostPackage = './slipwayhost';

interface ToolchainHost {
  python: Python;
  limits: Limits;
  removals: Removals;
}

export class Toolchain {
  readonly go: Go;
  readonly #python: Python;
  readonly #limits: Limits;
  readonly #folder: string;
  /** GOCACHE for trusted code. */
  readonly sharedCache: string;
  readonly moduleCache: ModuleCache;
  /** Targets and packages already compiled. */
  readonly #compiled = new Set<string>();
  #setup: Promise<void> | undefined;

  constructor(go: Go, { python, limits, removals }: ToolchainHost, folder: string, sharedCache: string | undefined) {
    this.go = go;
    this.#python = python;
    this.#limits = limits;
    this.#folder = folder;
    this.sharedCache = sharedCache ?? join(folder, 'cache');
    this.moduleCache = new ModuleCache(join(folder, 'modules'), limits.moduleCacheBytes, removals);
  }

  get hostFolder(): string {
    return join(this.#folder, `host-${this.go.recipe.slice(0, 16)}`);
  }

  get prepareCommand(): string {
    return join(this.#folder, `prepare-${this.go.recipe.slice(0, 16)}`);
  }

  /** GOMODCACHE. */
  get modules(): string {
    return this.moduleCache.folder;
  }

  /** Opens the folders that every compiler's user reads. */
  async open(): Promise<void> {
    await makeOpenFolder(this.#folder);
    await openCache(this.modules);
  }

  /** Sets up the toolchain. Concurrent calls share the work; after a failure, the next call retries. */
  ready(): Promise<void> {
    this.#setup ??= this.#createAll().catch((error) => {
      this.#setup = undefined;
      throw notOfSource(error);
    });
    return this.#setup;
  }

  /**
   * Compiles the imports from the standard library into the shared cache. Plugins may share Go's own packages because they are trusted;
   * other imports are compiled into each plugin's own cache.
   */
  async compileStandard(imports: string[], timeoutMs: number, target = executableTarget): Promise<void> {
    const isNew = (path: string) => !this.#compiled.has(`${target.file} ${path}`);
    const packages = imports.filter(
      (path) => standardPath.test(path) && existsSync(join(this.go.root, 'src', path)) && isNew(path),
    );
    // Setting up the toolchain already compiles the host module for executables.
    if (target !== executableTarget && isNew(hostPackage)) packages.push(hostPackage);
    if (packages.length === 0) return;
    const argv = [this.go.executable, 'build', ...buildFlags, ...packages];
    const ran = await this.run(argv, this.hostFolder, target.settings, { timeoutMs });
    if (ran.succeeded) for (const path of packages) this.#compiled.add(`${target.file} ${path}`);
  }

  /**
   * Runs a toolchain program on a plugin's files, outside the sandbox. It must not run or compile any of them. By default it may take
   * as long as a build, because the first one on a machine also compiles the standard library.
   */
  run(argv: string[], folder: string, env: Record<string, string>, options: Partial<RunOptions>): Promise<Exited> {
    const command = trustedCommand(this.#python, {
      argv,
      folder,
      environment: { ...this.#environment(), ...env },
      limits: toolchainProcessLimits(this.#limits),
    });
    return finished(argv[0] ?? '', command, { timeoutMs: this.#limits.buildMs, ...options });
  }

  /** Runs a fast, read-only program without limits. Its path must be absolute. */
  runQuick(argv: string[]): Promise<Exited> {
    return finished(argv[0] ?? '', directCommand(argv, this.#environment()), { timeoutMs: quickMs });
  }

  /** Returns the environment for a confined Go command that reads a plugin's source: no network, and temporary files in `temp`. */
  offlineSettings(temp: string): Record<string, string> {
    return {
      ...goSettings,
      TMPDIR: temp,
      GOMODCACHE: this.modules,
      GOPATH: join(temp, 'go'),
      GOPROXY: 'off',
      GOROOT: this.go.root,
      GOSUMDB: 'off',
    };
  }

  #environment(): Record<string, string> {
    const { executable, root } = this.go;
    return {
      ...goSettings,
      GOCACHE: this.sharedCache,
      GOMODCACHE: this.modules,
      GOPATH: this.#folder,
      GOROOT: root,
      // `prepare` starts `go`, which on PATH may be a version manager's wrapper.
      PATH: [dirname(executable), process.env.PATH ?? ''].join(delimiter),
    };
  }

  async #createAll(): Promise<void> {
    await this.open();
    for (const folder of [this.hostFolder, this.sharedCache]) await makeOpenFolder(folder);
    // trim.txt holds the time of the last pruning (cmd/go/internal/cache). Without it, Go would prune a cache that came with an image.
    await writeFile(join(this.sharedCache, 'trim.txt'), String(Math.floor(Date.now() / 1000))).catch(() => {});
    for (const name of hostFiles()) {
      const target = join(this.hostFolder, name);
      await makeOpenFolder(dirname(target));
      await copyReadable(join(hostModule, name), target);
    }
    // `warm` compiles the packages that every plugin needs, with the same flags as for plugins.
    const prepare = [this.go.executable, 'build', ...buildFlags, '-o', this.prepareCommand, './cmd/prepare'];
    const warm = [this.go.executable, 'build', ...buildFlags, hostPackage];
    for (const command of [prepare, warm]) {
      const ran = await this.run(command, this.hostFolder, {}, {});
      if (!ran.succeeded) throw new Error(`Could not set up the toolchain: ${explain(ran)}`);
    }
  }
}

/** Converts the failure of a program that works for the builder itself, so that no source is blamed. */
export function notOfSource(error: unknown): unknown {
  return error instanceof BuildFailed ? new Error(error.message, { cause: error }) : error;
}

/** Rejects with a BuildFailed at a limit, and with another error if others stopped the program. */
async function finished(
  program: string,
  command: Command,
  options: Partial<RunOptions> & Pick<RunOptions, 'timeoutMs'>,
): Promise<Exited> {
  const ran = await runProgram(command, { outputBytesMax, ...options });
  if (ran.ended !== 'exit')
    throw new BuildFailed('limit-exceeded', `Preparing the source took too long: ${ran.reason}.`);
  requireNotStopped(ran, basename(program));
  if (ran.endedBy === 'limit')
    throw new BuildFailed('limit-exceeded', `Preparing the source exceeded a limit: ${ran.reason}. ${ran.errors}`);
  return ran;
}
